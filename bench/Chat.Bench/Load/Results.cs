using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Spectre.Console;

namespace Chat.Bench.Load;

/// <summary>Everything that was measured, as it is shown and as it is kept.</summary>
sealed class Results
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    readonly List<Measured> all = [];

    public bool Faulty => all.Exists(static measured => measured.Faults.Any);

    public void Add(Measured measured)
    {
        all.Add(measured);
        AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{measured.Workload} {measured.Round}: {measured.Side} {measured.PerSecond:N0}/s, p50 {measured.Milliseconds(50):N1} p99 {measured.Milliseconds(99):N1} ms, µs each: server {measured.ServerMicroseconds:N1} database {measured.DatabaseMicroseconds:N1} generator {measured.GeneratorMicroseconds:N1}, faults: {measured.Faults}"));
    }

    /// <summary>One row a workload and side: medians of the rounds, and the share of the first side, taken round by round.</summary>
    public string Markdown()
    {
        var text = new StringBuilder()
            .AppendLine("| workload | side | items/s | p50 ms | p99 ms | p99.9 ms | max ms | server µs | database µs | generator µs | rate ÷ first | p99 ÷ first | faults |")
            .AppendLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var workload in all.GroupBy(static measured => measured.Workload))
        {
            var first = workload.GroupBy(static measured => measured.Side).First().ToList();
            foreach (var side in workload.GroupBy(static measured => measured.Side))
            {
                var faults = side.Select(static measured => measured.Faults).Aggregate(static (one, other) => one + other);
                text.AppendLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {workload.Key} | {side.Key} | {Median(side, static m => m.PerSecond):N0} | {Median(side, static m => m.Milliseconds(50)):N1} | {Median(side, static m => m.Milliseconds(99)):N1} | {Median(side, static m => m.Milliseconds(99.9)):N1} | {Median(side, static m => m.Milliseconds(100)):N1} | {Median(side, static m => m.ServerMicroseconds):N1} | {Median(side, static m => m.DatabaseMicroseconds):N1} | {Median(side, static m => m.GeneratorMicroseconds):N1} | {Median(side.Zip(first), static pair => pair.First.PerSecond / pair.Second.PerSecond):N2} | {Median(side.Zip(first), static pair => pair.First.Milliseconds(99) / pair.Second.Milliseconds(99)):N2} | {faults} |"));
            }
        }
        return text.ToString();
    }

    public string AsJson() => JsonSerializer.Serialize(
        new
        {
            At = DateTimeOffset.UtcNow,
            Machine = new { Cores = Environment.ProcessorCount, Os = RuntimeInformation.OSDescription, Runtime = RuntimeInformation.FrameworkDescription, Load = LoadAverage() },
            Rounds = all.Select(static m => new
            {
                m.Workload, m.Side, m.Round, m.Items, Seconds = m.Time.TotalSeconds, m.PerSecond,
                Milliseconds = new { P50 = m.Milliseconds(50), P90 = m.Milliseconds(90), P99 = m.Milliseconds(99), P999 = m.Milliseconds(99.9), Max = m.Milliseconds(100) },
                MicrosecondsEach = new { Server = m.ServerMicroseconds, Database = m.DatabaseMicroseconds, Generator = m.GeneratorMicroseconds },
                m.Faults.Lost, m.Faults.Doubled, m.Faults.Misordered,
            }),
        },
        Json);

    static string? LoadAverage() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Trim() : null;

    static double Median<T>(IEnumerable<T> of, Func<T, double> value) => of.Select(value).Order().ToList() is var sorted ? sorted[sorted.Count / 2] : 0;
}
