using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Chat.Testing;
using Microsoft.AspNetCore.SignalR.Client;

namespace Chat.Tests.EndToEnd;

/// <summary>An API in which one person may call 400 times and no more.</summary>
public sealed class LimitedApp : RunningApp
{
    internal const int Burst = 400;

    private protected override Task<AppProcess> Launch(string database) =>
        Task.FromResult(new AppProcess(database, new Dictionary<string, string> { ["RateLimits__UserBurst"] = $"{Burst}", ["RateLimits__UserRate"] = "0.01" }));
}

/// <summary>One who misbehaves is answered or closed, and nobody else notices.</summary>
public sealed class AbuseTests(LimitedApp running) : IClassFixture<LimitedApp>
{
    const int Messages = 250; // of one person, who may not write many more

    readonly AppProcess app = running.OrSkip();
    readonly HttpClient http = running.Http;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task one_who_does_not_read_is_closed_and_the_others_get_everything()
    {
        var (anna, ben, cleo) = (await Person.Register(http), await Person.Register(http), await Person.Register(http));
        var conversation = await anna.Start(ben.Id, cleo.Id);
        await using var reader = await Device.Connect(app, ben);
        await using var sleeper = await RawSocket.Connect(app, await ben.Token(), Ct);
        await sleeper.Send(RawSocket.Handshake, Ct);
        await reader.Until(async it => (await it.Watch(ben.Id)).Count == 1); // connected, and answered

        // more than any buffer on the way holds: JSON takes six bytes for each of these characters
        var text = new string('é', 3_900);
        foreach (var person in (Person[])[anna, cleo])
        {
            await using var writer = await Device.Connect(app, person);
            await Task.WhenAll(Enumerable.Range(0, Messages).Select(i => writer.Send(conversation, Guid.NewGuid(), $"{i} {text}")));
        }

        await reader.Until(static it => it.MessageSequences.Count == 2 * Messages);
        Assert.Null(reader.Bye);
        Assert.False(await sleeper.ReadUntil("nothing that comes", Ct).WaitAsync(TimeSpan.FromSeconds(30), Ct));
    }

    [Fact]
    public async Task one_who_calls_too_often_is_told_when_to_call_again()
    {
        var (anna, ben) = (await Person.Register(http), await Person.Register(http));
        var conversation = await anna.Start(ben.Id);
        await using var hers = await Device.Connect(app, anna);
        await using var his = await Device.Connect(app, ben);
        JsonElement last;
        var answered = 0;
        do
        {
            last = await hers.Typing(conversation);
            answered++;
        }
        while (last.GetProperty("ok").GetBoolean());

        Assert.InRange(answered, LimitedApp.Burst - 20, LimitedApp.Burst + 20); // some went into the log-in and the conversation
        Assert.Equal("rate_limited", last.GetProperty("code").GetString());
        Assert.True(last.GetProperty("retryAfterMs").GetInt32() > 0);
        var resumed = await hers.Connection.InvokeAsync<JsonElement>("Resume", new { conversations = new Dictionary<string, long>() }, Ct);
        Assert.Equal("rate_limited", resumed.GetProperty("code").GetString()); // whatever shape the answer has
        Assert.True((await his.Send(conversation, Guid.NewGuid(), "still here")).GetProperty("ok").GetBoolean());
    }

    static readonly string[] NoCalls =
    [
        "not json",
        "[]",
        "7",
        """{"type":99}""",
        """{"type":"1"}""",
        """{"type":1,"target":"Send","arg""",
        """{"type":1,"invocationId":"1","target":"Send","arguments":[]}""",
        """{"type":1,"invocationId":"1","target":"Send","arguments":[{},{},{}]}""",
        """{"type":1,"invocationId":"1","target":"Send","arguments":{"text":"x"}}""",
        """{"type":1,"invocationId":"1","target":"Dispose","arguments":[]}""",
        """{"type":1,"invocationId":"1","target":"OnDisconnectedAsync","arguments":[null]}""",
        """{"type":1,"invocationId":"1","arguments":[]}""",
        """{"type":3,"invocationId":"9","result":1}""",
        """{"type":4,"invocationId":"1","target":"Send","arguments":[{}]}""",
        """{"type":2,"invocationId":"9","item":1}""",
        """{"type":5,"invocationId":"9"}""",
        """{"type":1,"invocationId":"1","target":"Typing","arguments":[{"conversationId":"x"}]}""",
        """{"type":1,"invocationId":"1","target":"Typing","arguments":[{"conversationId":"x"}]}{"type":1,"invocationId":"1","target":"Typing","arguments":[{"conversationId":"x"}]}""",
    ];

    [Fact]
    public async Task what_is_no_call_is_answered_or_ends_its_own_connection()
    {
        foreach (var frame in NoCalls)
        {
            await IsContained(frame, async (raw, ct) =>
            {
                await raw.Send(RawSocket.Handshake, ct);
                await raw.Send(frame + RawSocket.End, ct);
                // whatever became of it: what is asked afterwards is answered, or the connection is closed
                if (raw.IsOpen) await raw.Send("""{"type":1,"invocationId":"after","target":"NoSuchMethod","arguments":[]}""" + RawSocket.End, ct);
            });
        }
    }

    [Fact]
    public async Task who_does_not_shake_hands_is_closed()
    {
        foreach (var handshake in (string[])["garbage", """{"protocol":"none","version":1}""", """{"protocol":"json","version":99}"""])
        {
            await IsContained(handshake, (raw, ct) => raw.Send(handshake + RawSocket.End, ct));
        }
    }

    [Fact]
    public async Task bytes_on_a_link_of_text_and_messages_without_end_are_closed()
    {
        await IsContained("bytes", async (raw, ct) =>
        {
            await raw.Send(RawSocket.Handshake, ct);
            await raw.Send([0x93, 0xC1, 0xFF, 0x1E], WebSocketMessageType.Binary, ct);
        });
        await IsContained("no end", async (raw, ct) =>
        {
            await raw.Send(RawSocket.Handshake, ct);
            await raw.Send(Encoding.UTF8.GetBytes(new string('x', 200_000)), WebSocketMessageType.Text, ct);
        });
    }

    async Task IsContained(string what, Func<RawSocket, CancellationToken, Task> abuse)
    {
        var anna = await Person.Register(http);
        var conversation = await anna.Start();
        await using var healthy = await Device.Connect(app, anna);
        await using var raw = await RawSocket.Connect(app, await anna.Token(), Ct);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(20));

        await abuse(raw, patience.Token);
        try
        {
            await raw.ReadUntil("\"invocationId\":\"after\"", patience.Token); // answered, or closed
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Neither answered nor closed: {what}");
        }

        Assert.True((await healthy.Send(conversation, Guid.NewGuid(), "still here")).GetProperty("ok").GetBoolean());
        await healthy.Until(static it => it.MessageSequences.Count == 1);
    }
}
