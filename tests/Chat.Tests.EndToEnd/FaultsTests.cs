using Chat.Testing;
using Npgsql;

namespace Chat.Tests.EndToEnd;

/// <summary>
/// PostgreSQL and Redis slow, cut and swallowed by a proxy between them and a node: nothing that was acknowledged is lost or shown twice, and all
/// goes on by itself once they are well again.
/// </summary>
public sealed class FaultsTests : IAsyncLifetime
{
    static readonly Dictionary<string, string> Quick = new() { ["Presence__Heartbeat"] = "00:00:01", ["Presence__Changes"] = "00:00:00.2" };

    Toxiproxy proxy = null!;
    TestDatabase database = null!;
    TestRedis redis = null!;
    AppProcess app = null!;
    HttpClient http = null!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        proxy = Toxiproxy.OrSkip();
        database = await TestDatabase.Create();
        redis = await TestRedis.Start();
        var postgres = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        var (host, port) = await proxy.Put("postgres", $"{postgres.Host}:{postgres.Port}");
        (postgres.Host, postgres.Port, postgres.Timeout, postgres.CommandTimeout) = (host, port, 3, 5); // seconds: what is swallowed is given up
        var (redisHost, redisPort) = await proxy.Put("redis", redis.ConnectionString);
        app = new(postgres.ConnectionString, new Dictionary<string, string>(Quick) { ["ConnectionStrings__Redis"] = $"{redisHost}:{redisPort}" });
        await app.Start();
        http = new() { BaseAddress = app.Address };
    }

    public async ValueTask DisposeAsync()
    {
        http?.Dispose();
        if (app is not null) await app.DisposeAsync();
        if (proxy is not null) await proxy.DisposeAsync();
        if (redis is not null) await redis.DisposeAsync();
        if (database is not null) await database.DisposeAsync();
    }

    [Fact]
    public async Task PostgreSQL_slow_cut_and_swallowed_loses_nothing_and_doubles_nothing()
    {
        var (anna, ben) = (await Person.Register(http), await Person.Register(http));
        var conversation = await anna.Start(ben.Id);
        var listener = new Listener(ben, conversation);
        await using var writer = await Device.Connect(app, anna);
        await listener.Connect(app);
        var writing = new Writing(writer, conversation);

        await writing.During(10, () => proxy.Well());
        await writing.During(10, () => proxy.Slow("postgres", TimeSpan.FromMilliseconds(100)));
        await writing.During(10, () => proxy.Cut("postgres"));
        await writing.During(10, () => proxy.Swallow("postgres"));
        await proxy.Well();
        await writing.Finish();

        await listener.UntilMessages(writing.Ids.Count); // a log elsewhere went on meanwhile, and what is read has to catch up first
        var stored = await anna.History(conversation, writing.Position);
        Assert.Equal(writing.Ids, stored.Select(static message => message.ClientId).ToHashSet());
        Assert.Equal(writing.Ids.Count, stored.Count);
        await listener.Until(stored[^1].Sequence);
        Assert.Equal(stored, listener.Messages);
    }

    [Theory]
    [InlineData("slow")]
    [InlineData("cut")]
    [InlineData("swallowed")]
    public async Task Redis_in_trouble_keeps_no_message_waiting_and_presence_heals(string trouble)
    {
        var (anna, ben) = (await Person.Register(http), await Person.Register(http));
        var conversation = await anna.Start(ben.Id);
        await using var hers = await Device.Connect(app, anna);
        await using var his = await Device.Connect(app, ben);
        await hers.Watch(ben.Id);
        await hers.Until(it => it.PresenceOf(ben.Id) == "online");

        await (trouble switch
        {
            "slow" => proxy.Slow("redis", TimeSpan.FromSeconds(2)), // longer than anybody waits for it
            "cut" => proxy.Cut("redis"),
            _ => proxy.Swallow("redis"),
        });
        await hers.Until(it => it.PresenceOf(ben.Id) == "unknown");
        for (var i = 0; i < 20; i++) Assert.True((await hers.Send(conversation, Guid.NewGuid(), $"message {i}")).GetProperty("ok").GetBoolean());
        await his.Until(static it => it.MessageSequences.Count == 20);

        await proxy.Well();
        await hers.Until(it => it.PresenceOf(ben.Id) == "online");
    }

    /// <summary>Messages sent one after the other, each repeated until it is acknowledged.</summary>
    sealed class Writing(Device device, Guid conversation)
    {
        static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
        readonly List<Task> open = [];

        public HashSet<Guid> Ids { get; } = [];
        public string Position { get; private set; } = "0";

        /// <summary>Begins so many sends while something is wrong; they may end later.</summary>
        public async Task During(int messages, Func<Task> wrong)
        {
            await wrong();
            TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
            for (var i = 0; i < messages; i++)
            {
                var id = Guid.NewGuid();
                Ids.Add(id);
                open.Add(Send(id, answered));
            }
            await answered.Task.WaitAsync(Longest, Ct); // one of them is through, or told that it cannot be
        }

        public Task Finish() => Task.WhenAll(open).WaitAsync(Longest, Ct);

        async Task Send(Guid id, TaskCompletionSource answered)
        {
            while (true)
            {
                var reply = await device.Send(conversation, id, $"text of {id}");
                answered.TrySetResult();
                if (reply.GetProperty("ok").GetBoolean())
                {
                    Position = reply.GetProperty("position").GetString()!;
                    return;
                }
                await Task.Delay(reply.GetProperty("retryAfterMs").GetInt32(), Ct); // as it was told; a refusal has none, and fails
            }
        }
    }
}
