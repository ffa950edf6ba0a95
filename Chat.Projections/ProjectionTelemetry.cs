using System.Diagnostics;
using System.Diagnostics.Metrics;
using Chat.Application.Log;

namespace Chat.Projections;

static class ProjectionTelemetry
{
    const string Name = "Chat.Projections";

    public static readonly ActivitySource Source = new(Name);

    static readonly Meter Meter = new(Name);
    static readonly Histogram<int> BatchSize = Meter.CreateHistogram<int>("chat.projection.batch_size");
    static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("chat.projection.apply_duration", "s");
    static readonly Histogram<double> Lag = Meter.CreateHistogram<double>("chat.projection.lag", "s", "From the append of an event to its rows.");

    public static void Applied(string projection, List<StoredEvent> events, TimeSpan duration)
    {
        if (events.Count == 0) return;
        var tag = new KeyValuePair<string, object?>("projection", projection);
        BatchSize.Record(events.Count, tag);
        Duration.Record(duration.TotalSeconds, tag);
        Lag.Record((DateTimeOffset.UtcNow - events[0].Created).TotalSeconds, tag);
    }
}
