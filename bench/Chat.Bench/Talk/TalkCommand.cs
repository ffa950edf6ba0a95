using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Chat.Infrastructure.Postgres;
using Spectre.Console;

namespace Chat.Bench.Talk;

/// <summary><c>talk</c>: the whole product against the bare relay, side by side in one run.</summary>
static class TalkCommand
{
    const int Pairs = 20;
    const int InFlight = 10;
    const int Members = 100;

    static readonly Option<string> Scenario = new Option<string>("--scenario") { DefaultValueFactory = static _ => "all" }.AcceptOnlyFromAmong("all", "pairs", "latency", "fanout", "receipts", "rest");
    static readonly Option<int> Rounds = new("--rounds") { DefaultValueFactory = static _ => 3 };
    static readonly Option<int> Seconds = new("--seconds") { Description = "Length of a round.", DefaultValueFactory = static _ => 5 };

    public static Command Create()
    {
        var command = new Command("talk", "Sends, deliveries and latency over the socket, against a bare SignalR relay that commits before it relays.") { Scenario, Rounds, Seconds };
        command.SetAction(Run);
        return command;
    }

    static async Task<int> Run(ParseResult given, CancellationToken ct)
    {
        await using var floorDatabase = await BenchDatabase.Create(new Migration("floor", "create table floor_messages (id uuid primary key, text text not null, created timestamptz not null)"));
        await using var chatDatabase = await BenchDatabase.Create();
        await using var floor = await ServerProcess.Floor(floorDatabase);
        await using var chat = await ServerProcess.Chat(chatDatabase);
        using var http = new HttpClient { BaseAddress = chat.Address };
        var (scenario, rounds, length) = (given.GetValue(Scenario), given.GetValue(Rounds), TimeSpan.FromSeconds(given.GetValue(Seconds)));
        bool Wanted(string name) => scenario == name || scenario == "all";

        var processors = new ProcessorTimes(floor, chat, await chatDatabase.ServerProcessIds());
        if (Wanted("rest")) await Rest(chat);
        if (Wanted("pairs"))
        {
            await Compare($"{Pairs} pairs, {InFlight} sends in flight each, 120 bytes: messages/s acknowledged and delivered (target 0.5)", rounds,
                await Many(Pairs, () => Rooms.OnFloor(floor, 2)), await Many(Pairs, () => Rooms.OnChat(chat, http, 2)),
                processors, rooms => Throughput(rooms, static room => room, length));
        }
        if (Wanted("receipts")) await Receipts(rounds, await Many(Pairs, () => Rooms.OnChat(chat, http, 2)), processors, length);
        if (Wanted("fanout"))
        {
            await Compare($"one sender, {Members} members online: deliveries/s (target 0.5)", rounds,
                [await Rooms.OnFloor(floor, Members + 1)], [await Rooms.OnChat(chat, http, Members + 1)],
                processors, rooms => Throughput(rooms, static room => room.Take(1), length));
        }
        if (Wanted("latency"))
        {
            await CompareLatency(rounds,
                await Many(Pairs, () => Rooms.OnFloor(floor, 2)), await Many(Pairs, () => Rooms.OnChat(chat, http, 2)), length);
        }
        return 0;
    }

    static async Task Rest(ServerProcess chat)
    {
        await Task.Delay(TimeSpan.FromSeconds(10));
        AnsiConsole.WriteLine($"API: first answer after {chat.UntilReady.TotalSeconds:N1} s (target 5), {chat.ResidentBytes / 1048576} MB at rest (target 250).");
    }

    static async Task<List<List<Talker>>> Many(int count, Func<Task<List<Talker>>> room)
    {
        var rooms = new List<List<Talker>>();
        for (var i = 0; i < count; i++) rooms.Add(await room());
        return rooms;
    }

    static async Task Compare(
        string title, int rounds, List<List<Talker>> onFloor, List<List<Talker>> onChat, ProcessorTimes processors, Func<List<List<Talker>>, Task<Rate>> measure)
    {
        var table = new Table { Title = new(title) }.AddColumns("round", "relay", "chat", "ratio");
        var ratios = new List<double>();
        for (var round = 0; round <= rounds; round++)
        {
            var start = processors.Now();
            var floor = await measure(onFloor);
            var between = processors.Now();
            var chat = await measure(onChat);
            if (round == 0) continue; // warms both up
            ratios.Add(chat.PerSecond / floor.PerSecond);
            table.AddRow($"{round}", $"{floor.PerSecond:N0}", $"{chat.PerSecond:N0}", $"{chat.PerSecond / floor.PerSecond:N2}");
            AnsiConsole.WriteLine($"round {round}, processor µs each: relay {(between - start).PerItem(floor.Count)}; chat {(processors.Now() - between).PerItem(chat.Count)}");
        }
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine($"Median ratio: {ratios.Order().ElementAt(ratios.Count / 2):N2}");
        await Leave(onFloor);
        await Leave(onChat);
    }

    /// <summary>The same pairs without receipts and with both reading as they go, in turns.</summary>
    static async Task Receipts(int rounds, List<List<Talker>> rooms, ProcessorTimes processors, TimeSpan length)
    {
        var table = new Table { Title = new($"{Pairs} pairs, both reading: messages/s, and processor µs a message of API and database (target: at most 25 % more)") }
            .AddColumns("round", "silent", "reading", "ratio", "silent µs", "reading µs", "more");
        for (var round = 0; round <= rounds; round++)
        {
            var start = processors.Now();
            var silent = await Throughput(rooms, static room => room, length);
            var between = processors.Now();
            foreach (var talker in rooms.SelectMany(static room => room)) talker.Reads = true;
            var reading = await Throughput(rooms, static room => room, length);
            foreach (var talker in rooms.SelectMany(static room => room)) talker.Reads = false;
            if (round == 0) continue;
            var (before, after) = (Cost(between - start, silent), Cost(processors.Now() - between, reading));
            table.AddRow($"{round}", $"{silent.PerSecond:N0}", $"{reading.PerSecond:N0}", $"{reading.PerSecond / silent.PerSecond:N2}", $"{before:N0}", $"{after:N0}", $"{after / before - 1:P0}");
        }
        AnsiConsole.Write(table);
        await Leave(rooms);

        static double Cost(ProcessorTimes.Spent spent, Rate rate) => (spent.Chat + spent.Database).TotalMicroseconds / rate.Count;
    }

    /// <summary>Deliveries a second; ends when everything that was acknowledged has arrived with everyone else in the room.</summary>
    static async Task<Rate> Throughput(List<List<Talker>> rooms, Func<List<Talker>, IEnumerable<Talker>> senders, TimeSpan length)
    {
        var (delivered, expected) = (0L, 0L);
        foreach (var talker in rooms.SelectMany(static room => room)) talker.Received = _ => Interlocked.Increment(ref delivered);
        var text = new string('x', 120);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(rooms.SelectMany(room => senders(room).SelectMany(sender => Enumerable.Range(0, InFlight).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(started) < length)
            {
                await sender.Send(text);
                Interlocked.Add(ref expected, room.Count - 1);
            }
        })))));
        while (Interlocked.Read(ref delivered) < Interlocked.Read(ref expected))
        {
            if (Stopwatch.GetElapsedTime(started) > length * 4) throw new InvalidOperationException($"{delivered} of {expected} arrived.");
            await Task.Delay(5);
        }
        return new(delivered, Stopwatch.GetElapsedTime(started));
    }

    readonly record struct Rate(long Count, TimeSpan Time)
    {
        public double PerSecond => Count / Time.TotalSeconds;
    }

    static async Task CompareLatency(int rounds, List<List<Talker>> onFloor, List<List<Talker>> onChat, TimeSpan length)
    {
        var table = new Table { Title = new("50 messages/s: send to received, ms (target: p99 ≤ 2 × the relay's, and ≤ 50)") }.AddColumns("round", "relay p50", "p99", "chat p50", "p99", "ratio of p99");
        for (var round = 0; round <= rounds; round++)
        {
            var (floor, chat) = (await Latencies(onFloor, length), await Latencies(onChat, length));
            if (round == 0) continue;
            table.AddRow($"{round}", $"{At(floor, 0.5):N1}", $"{At(floor, 0.99):N1}", $"{At(chat, 0.5):N1}", $"{At(chat, 0.99):N1}", $"{At(chat, 0.99) / At(floor, 0.99):N2}");
        }
        AnsiConsole.Write(table);
        await Leave(onFloor);
        await Leave(onChat);

        static double At(List<double> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
    }

    static async Task<List<double>> Latencies(List<List<Talker>> rooms, TimeSpan length)
    {
        var latencies = new List<double>();
        foreach (var talker in rooms.SelectMany(static room => room))
        {
            talker.Received = text =>
            {
                var latency = Stopwatch.GetElapsedTime(long.Parse(text.AsSpan(0, 20), CultureInfo.InvariantCulture)).TotalMilliseconds;
                lock (latencies) latencies.Add(latency);
            };
        }
        var sends = new List<Task>();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; Stopwatch.GetElapsedTime(started) < length && await timer.WaitForNextTickAsync(); i++)
        {
            sends.Add(rooms[i % rooms.Count][0].Send($"{Stopwatch.GetTimestamp():D20}{new string('x', 100)}"));
        }
        await Task.WhenAll(sends);
        while (latencies.Count < sends.Count) await Task.Delay(5);
        lock (latencies) return [.. latencies.Order()];
    }

    static async Task Leave(List<List<Talker>> rooms)
    {
        foreach (var talker in rooms.SelectMany(static room => room)) await talker.DisposeAsync();
    }
}
