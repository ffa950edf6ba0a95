using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Chat.Infrastructure.PostgresLog;

static class LogTelemetry
{
    const string Name = "Chat.Log";

    public static readonly ActivitySource Source = new(Name);

    static readonly Meter Meter = new(Name);
    static readonly Counter<long> Appends = Meter.CreateCounter<long>("chat.log.appends");
    static readonly Counter<long> Events = Meter.CreateCounter<long>("chat.log.events");
    static readonly Histogram<int> BatchSize = Meter.CreateHistogram<int>("chat.log.batch_size", description: "Appends in one commit.");
    static readonly Histogram<double> CommitDuration = Meter.CreateHistogram<double>("chat.log.commit_duration", "s");

    public static void Committed(IReadOnlyList<PendingAppend> appends, TimeSpan duration)
    {
        Appends.Add(appends.Count);
        Events.Add(appends.Sum(static append => append.Events.Count));
        BatchSize.Record(appends.Count);
        CommitDuration.Record(duration.TotalSeconds);
    }
}
