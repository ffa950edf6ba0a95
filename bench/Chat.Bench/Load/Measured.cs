using HdrHistogram;

namespace Chat.Bench.Load;

/// <summary>One round of one workload on one side.</summary>
/// <param name="Items">Deliveries, or operations where nothing is delivered.</param>
/// <param name="Latency">From when an item was due to when it arrived, in microseconds.</param>
sealed record Measured(string Workload, string Side, int Round, long Items, TimeSpan Time, HistogramBase Latency, Spent Spent, Faults Faults)
{
    public double PerSecond => Items / Time.TotalSeconds;

    public double Milliseconds(double percentile) => Latency.TotalCount == 0 ? 0 : Latency.GetValueAtPercentile(percentile) / 1_000.0;

    public double ServerMicroseconds => Spent.Server.TotalMicroseconds / Items;
    public double DatabaseMicroseconds => Spent.Database.TotalMicroseconds / Items;
    public double GeneratorMicroseconds => Spent.Generator.TotalMicroseconds / Items;
}

/// <summary>What must not happen; a run with any of it has failed.</summary>
readonly record struct Faults(int Lost, int Doubled, int Misordered)
{
    public bool Any => this != default;

    public static Faults operator +(Faults one, Faults other) => new(one.Lost + other.Lost, one.Doubled + other.Doubled, one.Misordered + other.Misordered);

    public override string ToString() => Any ? $"{Lost} lost, {Doubled} doubled, {Misordered} out of order" : "none";
}
