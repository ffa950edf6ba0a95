using Chat.Application.Files;
using Chat.Testing;
using Chat.Tests.Integration.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Tests.Integration.Files;

/// <summary>A store that hands bytes out itself, and one that is away.</summary>
public sealed class StoreTests(StoreTests.Server server) : IClassFixture<StoreTests.Server>
{
    static readonly byte[] Words = "words"u8.ToArray();

    [Fact]
    public async Task where_the_store_hands_bytes_out_itself_the_way_there_is_short_lived_and_checked_first()
    {
        var file = await server.Checked(server.Ada, [1, 2, 3], "numbers"); // of its own, and so under its own id
        server.Blobs.Links = new("http://store.example/");
        try
        {
            using var answer = await server.Fetch($"/v1/files/{file}/content", server.Ada);
            Assert.Equal((302, $"http://store.example/{file:N}?seconds=60"), ((int)answer.StatusCode, $"{answer.Headers.Location}"));
            Assert.True(answer.Headers.CacheControl!.NoStore);
            using var head = await server.Fetch($"/v1/files/{file}/content", server.Ada, method: HttpMethod.Head);
            Assert.Equal((200, 3), ((int)head.StatusCode, head.Content.Headers.ContentLength)); // the way there is one for GET
            using var refused = await server.Fetch($"/v1/files/{file}/content", await server.Person());
            Assert.Equal(404, (int)refused.StatusCode);
        }
        finally
        {
            server.Blobs.Links = null;
        }
    }

    [Fact]
    public async Task while_the_store_is_away_files_wait_and_nothing_is_lost()
    {
        var (file, waiting) = (await server.Checked(server.Ada, Words, "words.txt"), await server.Arrived(server.Ada, Words, "more.txt"));
        server.Blobs.Away = true;
        (await server.Ada.Get($"/v1/files/{file}/content")).IsProblem(503, "files_unavailable");
        (await server.Ada.Get($"/v1/files/{file}")).Is(200);
        await server.Ask(waiting);
        await Assert.ThrowsAsync<BlobStoreUnavailableException>(() => server.Get<FileCheck>().Run(new(waiting), ChatServer.Ct));
        server.Blobs.Away = false;
        Assert.Equal("ready", (await server.Ada.Settled(waiting)).Text("state"));
        using var back = await server.Fetch($"/v1/files/{file}/content", server.Ada);
        Assert.Equal(200, (int)back.StatusCode);
    }

    [Fact]
    public async Task bytes_that_are_just_being_deleted_are_no_file()
    {
        var file = await server.Checked(server.Ada, [7], "gone");
        await server.Blobs.Delete(new(file), ChatServer.Ct);
        (await server.Ada.Get($"/v1/files/{file}/content")).IsProblem(404, "file_not_found");
    }

    public sealed class Server : ChatServer
    {
        public InMemoryBlobStore Blobs { get; } = new();

        protected override void Replace(IServiceCollection services) => services.AddSingleton<IBlobStore>(Blobs);
    }
}
