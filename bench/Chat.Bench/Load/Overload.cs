using System.Collections.Concurrent;
using System.Diagnostics;
using HdrHistogram;
using Spectre.Console;

namespace Chat.Bench.Load;

/// <summary>
/// Twice as much as goes, by more people than the server can serve at once: what is refused, how long what is taken waits, and how soon
/// after it everything is as it was before.
/// </summary>
sealed class Overload(ChatSide side, Run run)
{
    const int Pairs = 500;
    const int AtOnce = 256;
    const int Slice = 500; // milliseconds, of which each has a p99 of its own

    readonly List<ChatTalker> talkers = [];
    long lastId;

    public async Task<bool> Measure(CancellationToken ct)
    {
        AnsiConsole.WriteLine($"overload: {Pairs} pairs");
        for (var i = 0; i < Pairs; i++) talkers.AddRange((await side.Room(2)).Cast<ChatTalker>());

        await Phase("warm-up", new Pace.Closed(AtOnce), run.WarmUp, ct);
        var peak = (await Phase("as much as goes", new Pace.Closed(AtOnce), run.Length, ct)).PerSecond;
        var before = await Phase("half of that", new Pace.Open(peak / 2), run.Length, ct);
        var over = await Phase("twice that", new Pace.Open(peak * 2), run.Length, ct, waits: false);
        var after = await Phase("half of it again", new Pace.Open(peak / 2), run.Length, ct);
        AnsiConsole.WriteLine($"overload: as before after {after.SlowUntil(2 * before.P99) / 1_000:N1} s (goal 5)");
        foreach (var talker in talkers) await talker.DisposeAsync();
        return over.Faultless && after.Faultless;
    }

    /// <param name="waits">Whether for everything accepted to arrive before the next phase begins.</param>
    async Task<Seen> Phase(string name, Pace pace, TimeSpan length, CancellationToken ct, bool waits = true)
    {
        var (started, refused) = (Stopwatch.GetTimestamp(), new ConcurrentDictionary<string, int>());
        var (answers, arrivals) = (new LongConcurrentHistogram(1, TimeSpan.FromMinutes(5).Ticks, 3), new ConcurrentQueue<(double Due, double Took)>());
        var accepted = 0;
        foreach (var talker in talkers)
        {
            talker.Received = said =>
            {
                if (said.Due >= started) arrivals.Enqueue((Stopwatch.GetElapsedTime(started, said.Due).TotalMilliseconds, Stopwatch.GetElapsedTime(said.Due).TotalMilliseconds));
            };
        }
        await pace.Run(length, async (i, due) =>
        {
            var reply = await talkers[(int)(i * 61 % talkers.Count)].Offer(new Said(due, Interlocked.Increment(ref lastId)).ToString(), Guid.NewGuid());
            answers.RecordValue(Math.Max(1, (long)Stopwatch.GetElapsedTime(due).TotalMicroseconds));
            if (reply.Ok) Interlocked.Increment(ref accepted);
            else refused.AddOrUpdate(reply.Code!, 1, static (_, count) => count + 1);
        });
        var time = Stopwatch.GetElapsedTime(started);
        var given = time + (waits ? TimeSpan.FromSeconds(30) : TimeSpan.Zero);
        while (arrivals.Count < accepted && Stopwatch.GetElapsedTime(started) < given) await Task.Delay(5, ct);

        var ordered = talkers.TrueForAll(static talker => talker.Ear is { Doubled: 0, Misordered: 0 });
        var seen = new Seen(accepted / time.TotalSeconds, [.. arrivals], ordered && (!waits || arrivals.Count == accepted));
        AnsiConsole.WriteLine($"overload, {name}: {seen.PerSecond:N0} taken/s, refused {string.Join(", ", refused.Select(static code => $"{code.Key} {code.Value:N0}"))}; "
            + $"answered p50 {answers.GetValueAtPercentile(50) / 1_000.0:N0} p99 {answers.GetValueAtPercentile(99) / 1_000.0:N0} ms, received p99 {seen.P99:N0} ms after due");
        return seen;
    }

    sealed record Seen(double PerSecond, List<(double Due, double Took)> Arrivals, bool Faultless)
    {
        public double P99 => Percentile(Arrivals.ConvertAll(static arrival => arrival.Took));

        /// <summary>Milliseconds from the start of the phase to the end of the last slice that was slower than this.</summary>
        public double SlowUntil(double milliseconds) => Arrivals.GroupBy(static arrival => (int)(arrival.Due / Slice))
            .Where(slice => Percentile([.. slice.Select(static arrival => arrival.Took)]) > milliseconds)
            .Select(static slice => (slice.Key + 1.0) * Slice).DefaultIfEmpty(0).Max();

        static double Percentile(List<double> values)
        {
            values.Sort();
            return values.Count == 0 ? 0 : values[values.Count * 99 / 100];
        }
    }
}
