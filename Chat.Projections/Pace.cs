using System.Diagnostics;

namespace Chat.Projections;

/// <summary>Lets so many events a second pass. Time lost is not made up for: a rush afterwards is what a limit is to prevent.</summary>
sealed class Pace(int? eventsPerSecond)
{
    long next = Stopwatch.GetTimestamp();

    /// <summary>Waits for the turn of the next events.</summary>
    public async Task Wait(int events, CancellationToken ct)
    {
        if (eventsPerSecond is not { } rate) return;
        var now = Stopwatch.GetTimestamp();
        var turn = Math.Max(now, next);
        next = turn + Stopwatch.Frequency * events / rate;
        if (turn > now) await Task.Delay(Stopwatch.GetElapsedTime(now, turn), ct);
    }
}
