using System.Diagnostics.Metrics;

namespace Chat.Bench.Log;

/// <summary>Mean batch and duration of the log's commits, from its own metrics.</summary>
sealed class CommitMeter : IDisposable
{
    readonly MeterListener listener = new();
    long commits, appends;
    double seconds;

    public CommitMeter()
    {
        listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name is "chat.log.batch_size" or "chat.log.commit_duration") listener.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((_, value, _, _) => (commits, appends) = (commits + 1, appends + value));
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => seconds += value);
        listener.Start();
    }

    public double MeanBatch => (double)appends / commits;

    public double MeanMilliseconds => seconds / commits * 1_000;

    public void Reset() => (commits, appends, seconds) = (0, 0, 0);

    public void Dispose() => listener.Dispose();
}
