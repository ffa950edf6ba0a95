using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Chat.Testing;

namespace Chat.Tests.EndToEnd;

/// <summary>A node killed between the claim of a file and the append of its message: after the repeat there are both, and never one without the other.</summary>
public sealed class FileCrashTests
{
    const int Files = 90;
    const int Kills = 3;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly ConcurrentQueue<(Guid Message, string File)> open = new();
    readonly ConcurrentBag<Guid> answered = [];

    [Fact]
    public async Task killed_while_files_are_sent_each_file_is_in_its_one_message_and_can_be_read()
    {
        await using var database = await TestDatabase.Create();
        await using var app = new AppProcess(database.ConnectionString);
        await app.Start();
        using HttpClient anybody = new() { BaseAddress = app.Address }, anna = new() { BaseAddress = app.Address }, ben = new() { BaseAddress = app.Address };
        var (sender, reader) = (await Person.Register(anybody), await Person.Register(anybody));
        (anna.DefaultRequestHeaders.Authorization, ben.DefaultRequestHeaders.Authorization) = (new("Bearer", await sender.Token()), new("Bearer", await reader.Token()));
        var path = $"v1/conversations/{await sender.Start(reader.Id)}/messages";
        try
        {
            var files = new List<string>();
            for (var i = 0; i < Files; i++) files.Add(await Upload(anna, $"file {i}"));
            var messages = files.ConvertAll(static file => (Message: Guid.NewGuid(), File: file));
            foreach (var message in messages) open.Enqueue(message);

            for (var round = 1; round <= Kills; round++)
            {
                var sending = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SendUntilItEnds(anna, path)));
                await Until(() => Task.FromResult(answered.Count >= Files * round / (Kills + 1)));
                await app.Kill();
                await sending.WaitAsync(Patience, Ct);
                await app.Start();
            }
            // all once more, those that were answered too
            foreach (var (message, file) in messages) Assert.True(await Send(anna, path, message, file));

            var entries = (await ben.GetFromJsonAsync<JsonElement>($"{path}?after=-1&limit=100", Ct)).GetProperty("entries").EnumerateArray()
                .Where(static entry => entry.GetProperty("kind").GetString() == "message").Select(static entry => entry.GetProperty("message")).ToList();
            Assert.Equal(
                messages.Select(static message => (message.Message, message.File)).ToHashSet(),
                entries.Select(static entry => (entry.GetProperty("clientMessageId").GetGuid(), entry.GetProperty("attachments").EnumerateArray().Single().GetProperty("id").GetString()!)).ToHashSet());
            Assert.Equal(Files, entries.Count);
            foreach (var (i, file) in files.Index()) Assert.Equal($"file {i}", await ben.GetStringAsync($"v1/files/{file}/content", Ct));
        }
        finally
        {
            if (Directory.Exists(app.FilesFolder)) Directory.Delete(app.FilesFolder, recursive: true);
        }
    }

    async Task SendUntilItEnds(HttpClient http, string path)
    {
        while (open.TryDequeue(out var next))
        {
            try
            {
                if (!await Send(http, path, next.Message, next.File)) open.Enqueue(next);
                else answered.Add(next.Message);
            }
            catch (HttpRequestException)
            {
                open.Enqueue(next); // the node is gone, and nobody knows what became of it
                return;
            }
        }
    }

    /// <summary>False when it is to be tried again.</summary>
    static async Task<bool> Send(HttpClient http, string path, Guid message, string file)
    {
        using var answer = await http.PostAsJsonAsync(path, new { clientMessageId = message, text = "", attachments = new[] { file } }, Ct);
        if (answer.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests) return false;
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode} {await answer.Content.ReadAsStringAsync(Ct)}");
        return true;
    }

    static async Task<string> Upload(HttpClient http, string content)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(content)), "file", "a.bin" } };
        using var answer = await http.PostAsync("v1/files", form, Ct);
        answer.EnsureSuccessStatusCode();
        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("id").GetString()!;
        await Until(async () => (await http.GetFromJsonAsync<JsonElement>($"v1/files/{id}", Ct)).GetProperty("state").GetString() == "ready");
        return id;
    }

    static async Task Until(Func<Task<bool>> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(Patience);
        while (!await condition()) await Task.Delay(10, patience.Token);
    }
}
