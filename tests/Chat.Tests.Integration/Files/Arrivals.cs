using System.Net.Http.Headers;
using Chat.Application.Files;
using Chat.Tests.Integration.Api;
using Microsoft.Extensions.DependencyInjection;
using Wolverine;

namespace Chat.Tests.Integration.Files;

/// <summary>Files that have arrived whole, by whatever way, and what is served of them.</summary>
static class Arrivals
{
    static readonly SocketsHttpHandler NoRedirects = new() { AllowAutoRedirect = false };

    static CancellationToken Ct => ChatServer.Ct;

    extension(ChatServer server)
    {
        /// <summary>A file whose bytes are there and that nobody has looked at.</summary>
        public async Task<Guid> Arrived(Person owner, byte[] content, string name, string? declared = null)
        {
            var id = Guid.CreateVersion7();
            await server.Get<IBlobStore>().Put(new(id), new MemoryStream(content), "", Ct);
            await using var command = server.Database.Source.CreateCommand(
                """
                with counted as (
                    insert into chat.file_usage as u (owner, bytes) values ($2, $4) on conflict (owner) do update set bytes = u.bytes + excluded.bytes)
                insert into chat.files (id, owner, name, size, received, declared_type, state, blob, created_at, expires_at)
                values ($1, $2, $3, $4, $4, $5, 'checking', $1, now(), now() + '24 hours'::interval)
                """);
            foreach (var value in (object?[])[id, owner.Id, name, (long)content.Length, declared]) command.Parameters.Add(new() { Value = value ?? DBNull.Value });
            await command.ExecuteNonQueryAsync(Ct);
            return id;
        }

        /// <summary>A file that was looked at here and now.</summary>
        public async Task<Guid> Checked(Person owner, byte[] content, string name, string? declared = null)
        {
            var file = await server.Arrived(owner, content, name, declared);
            await server.Get<FileCheck>().Run(new(file), Ct);
            return file;
        }

        /// <summary>Asks for a file to be looked at, as the end of an upload does.</summary>
        public async Task Ask(Guid file)
        {
            await using var scope = server.Get<IServiceScopeFactory>().CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<IMessageBus>().PublishAsync(new CheckFile(new(file)));
        }

        public async Task<StoredFile> Row(Guid file) => (await server.Get<IFileChecks>().Find(new(file), Ct))!;

        /// <summary>A plain request, and its answer as it comes.</summary>
        public async Task<HttpResponseMessage> Fetch(string path, Person? by = null, Action<HttpRequestHeaders>? with = null, HttpMethod? method = null)
        {
            using var http = new HttpClient(NoRedirects, disposeHandler: false);
            using var request = new HttpRequestMessage(method ?? HttpMethod.Get, new Uri(server.Anybody().BaseAddress!, path));
            if (by is not null) request.Headers.Authorization = new("Bearer", by.AccessToken);
            with?.Invoke(request.Headers);
            return await http.SendAsync(request, Ct);
        }
    }

    extension(Person owner)
    {
        /// <summary>The file once it is no longer looked at.</summary>
        public async Task<Answer> Settled(Guid file)
        {
            while (true)
            {
                var answer = (await owner.Get($"/v1/files/{file}")).Is(200);
                if (answer.Text("state") != "checking") return answer;
                await Task.Delay(50, Ct);
            }
        }
    }
}
