using System.Collections.Concurrent;
using System.Diagnostics;

namespace Chat.Tests.EndToEnd;

/// <summary>Two thousand devices lose their node at one moment, while people write at the other one.</summary>
public sealed class NodeDeathTests(ITestOutputHelper output)
{
    const int Rooms = 100;
    const int DevicesOfRoom = 20; // of one reader
    const int Missed = 5; // messages, at least
    const int SendsInFlight = 10;
    static readonly TimeSpan AllBack = TimeSpan.FromSeconds(60);

    static readonly Dictionary<string, string> Settings = new()
    {
        ["Presence__Ttl"] = "00:00:05", ["Presence__Heartbeat"] = "00:00:01", ["Presence__Changes"] = "00:00:00.5", ["Presence__MaxWatched"] = $"{Rooms + 1}",
    };

    int rounds; // of a message in each room

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static ParallelOptions AtOnce(int most) => new() { MaxDegreeOfParallelism = most, CancellationToken = Ct };

    [Fact]
    public async Task all_its_devices_go_on_at_the_other_node_with_nothing_lost_and_nothing_twice()
    {
        await using var nodes = await Nodes.Start(Settings);
        using var http = new HttpClient { BaseAddress = nodes.B.Address };
        var (anna, leaver) = (await Person.Register(http), await Person.Register(http));
        await anna.Start(leaver.Id);
        var rooms = new ConcurrentBag<Room>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Rooms), AtOnce(4), async (_, _) => rooms.Add(await Room.Open(anna, http)));
        var listeners = rooms.SelectMany(static room => room.Listeners).ToList();
        await Parallel.ForEachAsync(listeners, AtOnce(32), async (listener, ct) => await listener.ComeBack(nodes.A, ct));
        await using var gone = await Device.Connect(nodes.A, leaver);
        await using var hers = await Device.Connect(nodes.B, anna);
        await hers.Watch([leaver.Id, .. rooms.Select(static room => room.Reader.Id)]);
        await hers.Until(it => it.PresenceOf(leaver.Id) == "online" && AllAre(it, "online"));

        var healed = new TaskCompletionSource();
        var writing = Write(hers, rooms, healed.Task);
        await Task.WhenAll(listeners.Select(static listener => listener.UntilMessages(1)));
        await nodes.A.Kill();
        await HaveWritten(rounds + 1 + Missed); // the one that was under way may have come through
        var since = Stopwatch.StartNew();
        var back = await Task.WhenAll(listeners.Select(listener => Task.Run(async () =>
        {
            await listener.ComeBack(nodes.B, Ct);
            return since.Elapsed;
        }, Ct)));
        await hers.Until(it => it.PresenceOf(leaver.Id) == "offline" && AllAre(it, "online"));
        healed.SetResult();
        await writing;
        Array.Sort(back);
        output.WriteLine($"{listeners.Count} devices back: 95 % after {back[back.Length * 95 / 100].TotalSeconds:N1} s, all after {back[^1].TotalSeconds:N1} s; {rounds} messages for each meanwhile");

        foreach (var room in rooms) await room.HaveAll(anna, rounds);
        Assert.Equal(rounds * Rooms, await InLog(nodes));
        Assert.True(back[^1] < AllBack, $"The last one was back after {back[^1]}.");
        await hers.Until(it => AllAre(it, "offline")); // they have hung up, and the dead node keeps nobody online

        bool AllAre(Device device, string state) => rooms.All(room => device.PresenceOf(room.Reader.Id) == state);
    }

    /// <summary>Writes a message in each room, again and again.</summary>
    async Task Write(Device writer, IReadOnlyCollection<Room> rooms, Task end)
    {
        for (; !end.IsCompleted; Interlocked.Increment(ref rounds))
        {
            foreach (var some in rooms.Chunk(SendsInFlight)) await Task.WhenAll(some.Select(room => Say(writer, room, $"message {rounds}")));
        }
    }

    /// <summary>Says something once, however often it is told to come later: all who come back at one moment may be more than a node takes.</summary>
    static async Task Say(Device writer, Room room, string text)
    {
        var id = Guid.NewGuid();
        for (var reply = await writer.Send(room.Conversation, id, text); !reply.GetProperty("ok").GetBoolean(); reply = await writer.Send(room.Conversation, id, text))
        {
            await Task.Delay(reply.GetProperty("retryAfterMs").GetInt32(), Ct); // a refusal has none, and fails
        }
    }

    async Task HaveWritten(int enough)
    {
        while (Volatile.Read(ref rounds) < enough) await Task.Delay(20, Ct);
    }

    static async Task<int> InLog(Nodes nodes) => (await EventStore.ReadAll(nodes.Database)).Count(static e => e.Type == "message-sent.v1");

    /// <summary>A conversation with one reader, who has many devices.</summary>
    sealed record Room(Guid Conversation, Person Reader, IReadOnlyList<Listener> Listeners)
    {
        public static async Task<Room> Open(Person owner, HttpClient http)
        {
            var reader = await Person.Register(http);
            var (conversation, token) = (await owner.Start(reader.Id), await reader.Token());
            return new(conversation, reader, [.. Enumerable.Range(0, DevicesOfRoom).Select(_ => new Listener(reader, conversation) { Token = token })]);
        }

        /// <summary>Waits until each device has everything; then it has what the history has, in that order.</summary>
        public async Task HaveAll(Person owner, int messages)
        {
            await Task.WhenAll(Listeners.Select(listener => listener.UntilMessages(messages))); // what is pushed can be read
            var stored = await owner.History(Conversation, "0");
            await Task.WhenAll(Listeners.Select(listener => listener.Until(stored[^1].Sequence)));
            Assert.Equal(messages, stored.Count);
            Assert.All(Listeners, listener => Assert.Equal(stored, listener.Messages));
        }
    }
}
