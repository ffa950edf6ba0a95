using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Chat.Api.Live;

static class LiveTelemetry
{
    const string Name = "Chat.Live";

    public static readonly ActivitySource Source = new(Name);

    static readonly Meter Meter = new(Name);

    public static readonly UpDownCounter<int> Connections = Meter.CreateUpDownCounter<int>("chat.live.connections");
    public static readonly Counter<long> Deliveries = Meter.CreateCounter<long>("chat.live.deliveries", description: "Entries handed to connections.");
    public static readonly Counter<long> SlowConsumers = Meter.CreateCounter<long>("chat.live.slow_consumers");
    public static readonly Histogram<double> PushLatency = Meter.CreateHistogram<double>("chat.live.push_latency", "s", "From the append of an entry to its push.");
}
