using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Chat.Testing;

namespace Chat.Tests.EndToEnd;

/// <summary>More than a node works on at once is refused at once, over REST and the hub alike, until there is room again.</summary>
public sealed class OverloadTests : IAsyncLifetime
{
    const string NeverReached = "9223372036854775807";

    TestDatabase database = null!;
    AppProcess app = null!;
    HttpClient http = null!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.Create();
        app = new(database.ConnectionString, new Dictionary<string, string> { ["RateLimits__MaxConcurrent"] = "1" });
        await app.Start();
        http = new() { BaseAddress = app.Address };
    }

    public async ValueTask DisposeAsync()
    {
        http?.Dispose();
        if (app is not null) await app.DisposeAsync();
        if (database is not null) await database.DisposeAsync();
    }

    [Fact(Timeout = 60_000)] // it tries until it is refused
    public async Task what_a_node_has_no_room_for_is_refused_and_taken_once_there_is_room()
    {
        var (anna, ben) = (await Person.Register(http), await Person.Register(http));
        var conversation = await anna.Start(ben.Id);
        await using var hers = await Device.Connect(app, anna);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await anna.Token());

        var (overRest, overHub) = (default(JsonElement), default(JsonElement));
        for (var refused = false; !refused;)
        {
            var waiting = http.GetAsync($"v1/inbox?atLeast={NeverReached}", Ct); // for a second
            while (!waiting.IsCompleted && !refused)
            {
                using var answer = await http.GetAsync("v1/inbox", Ct);
                refused = answer.StatusCode == HttpStatusCode.ServiceUnavailable;
                if (!refused) continue;
                Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter?.Delta);
                overRest = await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
                overHub = await hers.Send(conversation, Guid.NewGuid(), "too much");
            }
            using var behind = await waiting;
            if (refused) Assert.Equal("read_model_behind", (await behind.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("code").GetString());
        }

        Assert.Equal("overloaded", overRest.GetProperty("code").GetString());
        Assert.Equal("overloaded", overHub.GetProperty("code").GetString());
        Assert.InRange(overHub.GetProperty("retryAfterMs").GetInt32(), 500, 1_500);
        var sent = await hers.Send(conversation, Guid.NewGuid(), "now");
        Assert.Equal("now", Assert.Single(await anna.History(conversation, sent.GetProperty("position").GetString()!)).Text);
    }
}
