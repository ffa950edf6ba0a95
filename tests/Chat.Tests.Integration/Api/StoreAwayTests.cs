using System.Net;

namespace Chat.Tests.Integration.Api;

public sealed class StoreAwayTests(ChatServer server) : IClassFixture<ChatServer>
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task while_the_store_is_away_sends_are_told_to_wait_and_afterwards_each_is_taken_once()
    {
        var ada = server.Ada;
        var conversation = await ada.StartGroup();
        var before = (await ada.Say(conversation, "before")).Is(201);
        var id = Guid.NewGuid();

        await server.Database.AllowConnections(false);
        try
        {
            await server.Database.CutConnections();
            var away = await Until(() => ada.Say(conversation, "meanwhile", id), HttpStatusCode.ServiceUnavailable);
            away.IsProblem(503, "store_unavailable");
            Assert.NotEmpty(away.Headers["Retry-After"]);
            (await ada.Get("/v1/inbox")).IsProblem(503, "store_unavailable");
            (await server.Anybody().Send(HttpMethod.Get, "/health/live")).Is(200);
            (await server.Anybody().Send(HttpMethod.Get, "/health/ready")).Is(503);
        }
        finally
        {
            await server.Database.AllowConnections(true);
        }

        var after = await Until(() => ada.Say(conversation, "meanwhile", id), HttpStatusCode.Created, HttpStatusCode.OK);
        (await ada.Say(conversation, "meanwhile", id)).Is(200);
        Assert.Equal(before["sequence"].GetInt64() + 1, after["sequence"].GetInt64());
        var page = await Until(() => ada.Get($"/v1/conversations/{conversation}/messages?atLeast={after.Text("position")}"), HttpStatusCode.OK);
        Assert.Equal(["before", "meanwhile"], page["entries"].EnumerateArray()
            .Where(static entry => entry.TryGetProperty("message", out _)).Select(static entry => entry.GetProperty("message").GetProperty("text").GetString()));
        await Until(() => server.Anybody().Send(HttpMethod.Get, "/health/ready"), HttpStatusCode.OK);
    }

    // a server that is coming back says 503 for a while, never anything else
    static async Task<Answer> Until(Func<Task<Answer>> ask, params HttpStatusCode[] wanted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ChatServer.Ct);
        patience.CancelAfter(Patience);
        while (true)
        {
            patience.Token.ThrowIfCancellationRequested();
            var answer = await ask();
            if (wanted.Contains(answer.Status)) return answer;
            Assert.True(answer.Status is HttpStatusCode.ServiceUnavailable, $"{answer.Status}: {answer.Body}");
        }
    }
}
