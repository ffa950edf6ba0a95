using System.Diagnostics;

namespace Chat.Bench.Load;

/// <summary>How fast people do things: as fast as they are answered with so many under way, or so many a second in all, answered or not.</summary>
abstract record Pace
{
    Pace() { }

    /// <summary>Begins one thing after the other for so long, and returns once all of them are done.</summary>
    /// <param name="next">Takes its number, from 0, and when it was due: what a slow server keeps waiting is its own time, not the generator's.</param>
    public abstract Task Run(TimeSpan length, Func<long, long, Task> next);

    public sealed record Closed(int InFlight) : Pace
    {
        public override Task Run(TimeSpan length, Func<long, long, Task> next)
        {
            var (started, number) = (Stopwatch.GetTimestamp(), -1L);
            return Task.WhenAll(Enumerable.Range(0, InFlight).Select(_ => Task.Run(async () =>
            {
                while (Stopwatch.GetElapsedTime(started) < length) await next(Interlocked.Increment(ref number), Stopwatch.GetTimestamp());
            })));
        }
    }

    public sealed record Open(double PerSecond) : Pace
    {
        public override Task Run(TimeSpan length, Func<long, long, Task> next) =>
            new Planned(Enumerable.Range(0, (int)(length.TotalSeconds * PerSecond)).Select(i => TimeSpan.FromSeconds(i / PerSecond))).Run(length, next);
    }

    /// <param name="Times">When each thing is due, in order.</param>
    public sealed record Planned(IEnumerable<TimeSpan> Times) : Pace
    {
        public override async Task Run(TimeSpan length, Func<long, long, Task> next)
        {
            var (started, underWay) = (Stopwatch.GetTimestamp(), new List<Task>());
            foreach (var (i, time) in Times.TakeWhile(time => time < length).Index())
            {
                if (time - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } early) await Task.Delay(early);
                underWay.Add(next(i, started + (long)(time.TotalSeconds * Stopwatch.Frequency)));
            }
            await Task.WhenAll(underWay);
        }
    }
}
