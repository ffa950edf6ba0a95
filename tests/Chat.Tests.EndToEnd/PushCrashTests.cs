using Chat.Testing;

namespace Chat.Tests.EndToEnd;

/// <summary>A node killed between the decision to push and the push, and while the push service takes its time: each message is pushed all the same.</summary>
public sealed class PushCrashTests(ITestOutputHelper output)
{
    const int Rooms = 3;
    const int MessagesOfRoom = 6;
    static readonly TimeSpan Delay = TimeSpan.FromSeconds(10); // in which it is killed
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3); // until what a dead node held is given to another

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task killed_before_and_while_it_pushes_it_pushes_every_message_and_what_comes_twice_collapses()
    {
        await using var database = await TestDatabase.Create();
        await using var service = await ProviderServer.Start();
        using var browser = new Browser();
        await using var app = new AppProcess(database.ConnectionString, new Dictionary<string, string>
        {
            ["Push__WebPush__PrivateKey"] = PushKeys.VapidKey(), ["Push__WebPush__Subject"] = "mailto:ops@chat.example", ["Push__WebPush__Hosts__0"] = service.Address.Host,
            ["Push__Delay"] = $"{Delay}",
        });
        service.Usual = new(201);
        await app.Start();
        using var http = new HttpClient { BaseAddress = app.Address };
        var (anna, ben) = (await Person.Register(http), await Person.Register(http));
        await ben.Subscribe(browser.Subscribe(service.Address));
        var said = await Say(app, anna, ben);

        await Until(async () => await Count(database, "select count(*) from messages.wolverine_incoming_envelopes") == said.Count);
        await app.Kill();
        Assert.Empty(service.Requests); // decided, and none sent

        var answering = new TaskCompletionSource();
        service.Ready = answering.Task;
        await app.Start();
        await Until(() => Task.FromResult(service.Requests.Count >= MessagesOfRoom));
        await app.Kill();
        var unanswered = Pushed();
        answering.SetResult();
        await app.Start();

        await Until(() => Task.FromResult(Pushed().Select(static push => push.Message).ToHashSet().SetEquals(said.Keys)));
        await Until(() => Task.FromResult(unanswered.TrueForAll(push => Pushed().Count(again => again.Message == push.Message) > 1)));
        await Until(async () => await Count(database, "select count(*) from messages.wolverine_incoming_envelopes where status <> 'Handled'") == 0);
        output.WriteLine($"{said.Count} messages, {unanswered.Count} of them unanswered when it was killed, {Pushed().Count} pushes");
        Assert.Equal(0, await Count(database, "select count(*) from messages.wolverine_dead_letters"));
        Assert.All(Pushed(), push => Assert.Equal($"{said[push.Message]:N}", push.CollapsedBy));

        List<(Guid Message, string CollapsedBy)> Pushed() =>
            [.. service.Requests.Select(request => (browser.Read(request.Body).GetProperty("message").GetGuid(), request.Headers["Topic"]))];
    }

    /// <summary>Anna says something in each of their rooms; the conversations by message.</summary>
    static async Task<Dictionary<Guid, Guid>> Say(AppProcess app, Person anna, Person ben)
    {
        var said = new Dictionary<Guid, Guid>();
        await using var hers = await Device.Connect(app, anna);
        for (var room = 0; room < Rooms; room++)
        {
            var conversation = await anna.Start(ben.Id);
            var replies = await Task.WhenAll(Enumerable.Range(0, MessagesOfRoom).Select(i => hers.Send(conversation, Guid.NewGuid(), $"message {i}")));
            foreach (var reply in replies) said.Add(reply.GetProperty("messageId").GetGuid(), conversation);
        }
        return said;
    }

    static async Task<long> Count(TestDatabase database, string sql)
    {
        await using var command = database.Source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Ct))!;
    }

    static async Task Until(Func<Task<bool>> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(Patience);
        while (!await condition()) await Task.Delay(20, patience.Token);
    }
}
