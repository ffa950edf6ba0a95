using System.Diagnostics;
using HdrHistogram;
using Spectre.Console;

namespace Chat.Bench.Load;

/// <summary>The same rooms on one side; all their people listen, and the first ones of each room send.</summary>
sealed class Rooms(Side side, List<List<Talker>> rooms, int senders) : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    static long lastId;

    public Side Side => side;

    public static async Task<Rooms> On(Side side, int rooms, int people, int senders)
    {
        var made = new List<List<Talker>>();
        for (var i = 0; i < rooms; i++) made.Add(await side.Room(people));
        return new(side, made, senders);
    }

    /// <summary>Rooms of different sizes, in which anybody may send.</summary>
    public static async Task<Rooms> On(Side side, IEnumerable<int> people)
    {
        var made = new List<List<Talker>>();
        foreach (var count in people) made.Add(await side.Room(count));
        return new(side, made, 0);
    }

    /// <summary>All senders talk for a while.</summary>
    public Task<Measured> Talk(string workload, int round, Pace pace, TimeSpan length, ProcessorTimes processors) => Play(workload, round, processors, say => pace switch
    {
        // so many under way each
        Pace.Closed each => Task.WhenAll(from room in Enumerable.Range(0, rooms.Count)
                                         from sender in Enumerable.Range(0, senders)
                                         select each.Run(length, (_, due) => say(room, sender, due, null))),
        _ => pace.Run(length, (i, due) => say((int)(i % rooms.Count), (int)(i / rooms.Count % senders), due, null)),
    });

    /// <param name="text">Nothing: some words.</param>
    public delegate Task Say(int room, int person, long due, string? text);

    /// <summary>People say things, until everything that was acknowledged has arrived with everyone else in its room, or is given up.</summary>
    public async Task<Measured> Play(string workload, int round, ProcessorTimes processors, Func<Say, Task> play)
    {
        var latency = new LongConcurrentHistogram(1, TimeSpan.FromMinutes(5).Ticks / TimeSpan.TicksPerMicrosecond, 3);
        foreach (var talker in rooms.SelectMany(static room => room))
        {
            talker.Ear.Forget();
            talker.Received = said => latency.RecordValue(Math.Max(1, (long)Stopwatch.GetElapsedTime(said.Due).TotalMicroseconds));
        }
        var (said, repeats) = (rooms.ConvertAll(static _ => new List<long>()), Repeats);
        var before = processors.Now(side.Server);
        var started = Stopwatch.GetTimestamp();
        await play((room, person, due, text) => Send(rooms[room][person], said[room], due, text));
        var sent = Stopwatch.GetElapsedTime(started);
        while (Missing(said) > 0 && Stopwatch.GetElapsedTime(started) < sent + Patience) await Task.Delay(5);
        var time = Stopwatch.GetElapsedTime(started);
        if (Repeats > repeats) AnsiConsole.WriteLine($"{workload} {round}: {side.Name} refused {Repeats - repeats:N0} as overloaded, which were said again until they were taken");
        var ears = rooms.SelectMany(static room => room).Select(static talker => talker.Ear).ToList();
        return new(
            workload, side.Name, round, latency.TotalCount, time, latency, processors.Now(side.Server) - before,
            new(Missing(said), ears.Sum(static ear => ear.Doubled), ears.Sum(static ear => ear.Misordered)));
    }

    static async Task Send(Talker sender, List<long> said, long due, string? text)
    {
        var message = new Said(due, Interlocked.Increment(ref lastId));
        await sender.Send(text is null ? message.ToString() : message.With(text));
        lock (said) said.Add(message.Id);
    }

    int Repeats => rooms.SelectMany(static room => room).Sum(static talker => talker.Repeats);

    // A sender does not hear itself; what it said is known by the others.
    int Missing(List<List<long>> said)
    {
        var missing = 0;
        foreach (var (room, ids) in rooms.Zip(said))
        {
            long heard = room.Sum(static talker => talker.Ear.Count);
            var expected = (long)ids.Count * (room.Count - 1);
            missing += (int)Math.Max(0, expected - heard);
        }
        return missing;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var talker in rooms.SelectMany(static room => room)) await talker.DisposeAsync();
    }
}
