using System.Diagnostics;
using HdrHistogram;

namespace Chat.Bench.Load;

/// <summary>How fast people send: as fast as they are answered with so many under way, or so many messages a second in all, answered or not.</summary>
abstract record Pace
{
    Pace() { }

    public sealed record Closed(int InFlight) : Pace;

    public sealed record Open(double PerSecond) : Pace;
}

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

    /// <summary>Talks for a while, and until everything that was acknowledged has arrived with everyone else in its room, or is given up.</summary>
    public async Task<Measured> Talk(string workload, int round, Pace pace, TimeSpan length, ProcessorTimes processors)
    {
        var latency = new LongConcurrentHistogram(1, TimeSpan.FromMinutes(5).Ticks / TimeSpan.TicksPerMicrosecond, 3);
        foreach (var talker in rooms.SelectMany(static room => room))
        {
            talker.Ear.Forget();
            talker.Received = said => latency.RecordValue(Math.Max(1, (long)Stopwatch.GetElapsedTime(said.Due).TotalMicroseconds));
        }
        var said = rooms.ConvertAll(static _ => new List<long>());
        var before = processors.Now(side.Server);
        var started = Stopwatch.GetTimestamp();
        await (pace switch
        {
            Pace.Closed closed => Closed(said, closed.InFlight, started, length),
            Pace.Open open => Open(said, open.PerSecond, started, length),
            _ => throw new UnreachableException(),
        });
        var sent = Stopwatch.GetElapsedTime(started);
        while (Missing(said) > 0 && Stopwatch.GetElapsedTime(started) < sent + Patience) await Task.Delay(5);
        var time = Stopwatch.GetElapsedTime(started);
        var ears = rooms.SelectMany(static room => room).Select(static talker => talker.Ear).ToList();
        return new(
            workload, side.Name, round, latency.TotalCount, time, latency, processors.Now(side.Server) - before,
            new(Missing(said), ears.Sum(static ear => ear.Doubled), ears.Sum(static ear => ear.Misordered)));
    }

    Task Closed(List<List<long>> said, int inFlight, long started, TimeSpan length) => Task.WhenAll(
        from room in rooms.Zip(said)
        from sender in room.First.Take(senders)
        from _ in Enumerable.Range(0, inFlight)
        select Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(started) < length) await Send(sender, room.Second, Stopwatch.GetTimestamp());
        }));

    // A message counts from when it was due: what a slow server keeps waiting is its own time, not the generator's.
    async Task Open(List<List<long>> said, double perSecond, long started, TimeSpan length)
    {
        var sends = new List<Task>();
        var all = length.TotalSeconds * perSecond;
        for (var i = 0; i < all; i++)
        {
            var due = started + (long)(i / perSecond * Stopwatch.Frequency);
            if (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { Ticks: > 0 } early) await Task.Delay(early);
            var room = i % rooms.Count;
            sends.Add(Send(rooms[room][i / rooms.Count % senders], said[room], due));
        }
        await Task.WhenAll(sends);
    }

    static async Task Send(Talker sender, List<long> said, long due)
    {
        var id = Interlocked.Increment(ref lastId);
        await sender.Send(new Said(due, id).ToString());
        lock (said) said.Add(id);
    }

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
