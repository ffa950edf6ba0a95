using System.Diagnostics;
using HdrHistogram;

namespace Chat.Bench.Load;

/// <summary>
/// How old the oldest event is that the inbox does not show yet, looked at again and again while something else runs: what a reader of the inbox
/// lags behind the log.
/// </summary>
static class InboxLag
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    const string Sql = """
        select extract(epoch from clock_timestamp() - e.created)
        from read.checkpoints c
        left join lateral (select created from log.events where position > c.commit_position order by position limit 1) e on true
        where c.projection = 'inbox' and c.live
        """;

    /// <summary>Looks until told to stop; the samples are in microseconds, 1 where nothing was missing.</summary>
    public static async Task<HistogramBase> Sample(BenchDatabase database, CancellationToken stop)
    {
        var lag = new LongHistogram(1, TimeSpan.FromMinutes(5).Ticks / TimeSpan.TicksPerMicrosecond, 3);
        await using var connection = await database.Source.OpenConnectionAsync(CancellationToken.None);
        await using var command = new Npgsql.NpgsqlCommand(Sql, connection);
        await command.PrepareAsync(CancellationToken.None);
        for (var due = Stopwatch.GetTimestamp(); !stop.IsCancellationRequested; due += (long)(Interval.TotalSeconds * Stopwatch.Frequency))
        {
            var seconds = await command.ExecuteScalarAsync(CancellationToken.None) is decimal age ? (double)age : 0;
            lag.RecordValue(Math.Max(1, (long)(seconds * 1_000_000)));
            var pause = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (pause > TimeSpan.Zero) await Task.Delay(pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return lag;
    }
}
