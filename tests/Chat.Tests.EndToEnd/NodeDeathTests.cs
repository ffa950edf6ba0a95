using System.Collections.Concurrent;
using System.Diagnostics;

namespace Chat.Tests.EndToEnd;

/// <summary>Two thousand devices lose their node at one moment, while people write at the other one.</summary>
public sealed class NodeDeathTests(ITestOutputHelper output)
{
    const int Rooms = 100;
    const int DevicesOfRoom = 20; // of one reader
    static readonly TimeSpan AllBack = TimeSpan.FromSeconds(60);

    static readonly Dictionary<string, string> Settings = new()
    {
        ["Presence__Ttl"] = "00:00:05", ["Presence__Heartbeat"] = "00:00:01", ["Presence__Changes"] = "00:00:00.5", ["Presence__MaxWatched"] = $"{Rooms + 1}",
    };

    static CancellationToken Ct => TestContext.Current.CancellationToken;
    static ParallelOptions AFew => new() { MaxDegreeOfParallelism = 32, CancellationToken = Ct };

    [Fact]
    public async Task all_its_devices_go_on_at_the_other_node_with_nothing_lost_and_nothing_twice()
    {
        await using var nodes = await Nodes.Start(Settings);
        using var http = new HttpClient { BaseAddress = nodes.B.Address };
        var (anna, leaver) = (await Person.Register(http), await Person.Register(http));
        await anna.Start(leaver.Id);
        var rooms = new ConcurrentBag<Room>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Rooms), AFew, async (_, _) => rooms.Add(await Room.Open(anna, http)));
        var listeners = rooms.SelectMany(static room => room.Listeners).ToList();
        await Parallel.ForEachAsync(listeners, AFew, async (listener, ct) => await listener.ComeBack(nodes.A, ct));
        await using var gone = await Device.Connect(nodes.A, leaver);
        await using var hers = await Device.Connect(nodes.B, anna);
        await hers.Watch([leaver.Id, .. rooms.Select(static room => room.Reader.Id)]);
        await hers.Until(it => it.PresenceOf(leaver.Id) == "online" && AllAre(it, "online"));

        var healed = new TaskCompletionSource();
        var writing = Write(hers, rooms, healed.Task);
        await Task.WhenAll(listeners.Select(static listener => listener.UntilMessages(1)));
        await nodes.A.Kill();
        var since = Stopwatch.StartNew();
        var back = await Task.WhenAll(listeners.Select(listener => Task.Run(async () =>
        {
            await listener.ComeBack(nodes.B, Ct);
            return since.Elapsed;
        }, Ct)));
        await hers.Until(it => it.PresenceOf(leaver.Id) == "offline" && AllAre(it, "online"));
        healed.SetResult();
        var (written, position) = await writing;
        Array.Sort(back);
        output.WriteLine($"{listeners.Count} devices back: 95 % after {back[back.Length * 95 / 100].TotalSeconds:N1} s, all after {back[^1].TotalSeconds:N1} s; {written} messages meanwhile");

        var stored = 0;
        foreach (var room in rooms) stored += await room.HaveAll(anna, position);
        Assert.Equal(written, stored);
        Assert.Equal(written, await InLog(nodes));
        Assert.True(back[^1] < AllBack, $"The last one was back after {back[^1]}.");
        await hers.Until(it => AllAre(it, "offline")); // they have hung up, and the dead node keeps nobody online

        bool AllAre(Device device, string state) => rooms.All(room => device.PresenceOf(room.Reader.Id) == state);
    }

    /// <summary>Writes in one room after the other; how many messages, and the position of the last.</summary>
    static async Task<(int Messages, string Position)> Write(Device writer, IReadOnlyCollection<Room> rooms, Task end)
    {
        var (messages, position) = (0, "0");
        while (!end.IsCompleted)
        {
            foreach (var room in rooms)
            {
                var reply = await writer.Send(room.Conversation, Guid.NewGuid(), $"message {messages++}");
                Assert.True(reply.GetProperty("ok").GetBoolean(), reply.ToString());
                position = reply.GetProperty("position").GetString()!;
            }
        }
        return (messages, position);
    }

    static async Task<long> InLog(Nodes nodes)
    {
        await using var command = nodes.Database.Source.CreateCommand("select count(*) from log.events where type = 'message-sent.v1'");
        return (long)(await command.ExecuteScalarAsync(Ct))!;
    }

    /// <summary>A conversation with one reader, who has many devices.</summary>
    sealed record Room(Guid Conversation, Person Reader, IReadOnlyList<Listener> Listeners)
    {
        public static async Task<Room> Open(Person owner, HttpClient http)
        {
            var reader = await Person.Register(http);
            var (conversation, token) = (await owner.Start(reader.Id), await reader.Token());
            return new(conversation, reader, [.. Enumerable.Range(0, DevicesOfRoom).Select(_ => new Listener(reader, conversation) { Token = token })]);
        }

        /// <summary>Waits until each device has everything; then it has what the history has, in that order. How many messages that is.</summary>
        public async Task<int> HaveAll(Person owner, string position)
        {
            var stored = await owner.History(Conversation, position);
            await Task.WhenAll(Listeners.Select(listener => listener.Until(stored[^1].Sequence)));
            Assert.All(Listeners, listener => Assert.Equal(stored, listener.Messages));
            return stored.Count;
        }
    }
}
