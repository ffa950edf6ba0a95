using System.CommandLine;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Chat.Application.Log;
using Chat.Infrastructure.EventStoreDb;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace Chat.Bench;

/// <summary>
/// <c>eventstore</c>: the adapter against the official Node.js client on the same server, in alternating rounds: the one of CHAT_BENCH_EVENTSTORE, or the
/// in-memory one of tests/Chat.Testing.EventStoreDb in a process of its own.
/// </summary>
static class EventStoreBenchmark
{
    const string Type = "message-sent.v1";

    static readonly byte[] Data = Encoding.UTF8.GetBytes($$"""{"text":"{{new string('x', 220)}}"}""");
    static readonly byte[] Metadata = Encoding.UTF8.GetBytes($$"""{"pad":"{{new string('x', 180)}}"}""");

    static readonly Option<int> Appenders = new("--appenders") { Description = "How many append at once, each to its own stream.", DefaultValueFactory = static _ => 64 };
    static readonly Option<int> Rounds = new("--rounds") { Description = "Rounds of each.", DefaultValueFactory = static _ => 3 };
    static readonly Option<int> Seconds = new("--seconds") { Description = "Length of a round.", DefaultValueFactory = static _ => 3 };

    sealed record Result(double PerSecond, double P50, double P99)
    {
        public string Latency => $"{P50:N1} / {P99:N1}";

        public static Result Of(IEnumerable<double> took, TimeSpan length)
        {
            var sorted = took.Order().ToList();
            return new(sorted.Count / length.TotalSeconds, sorted[sorted.Count / 2], sorted[sorted.Count * 99 / 100]);
        }
    }

    public static Command Create()
    {
        var command = new Command("eventstore", "The EventStoreDB adapter, against the official Node.js client on the same server.") { Appenders, Rounds, Seconds };
        command.SetAction(Run);
        return command;
    }

    static async Task<int> Run(ParseResult given, CancellationToken ct)
    {
        using var server = Environment.GetEnvironmentVariable("CHAT_BENCH_EVENTSTORE") is { Length: > 0 } ? null : StartServer();
        var connectionString = server is null ? Environment.GetEnvironmentVariable("CHAT_BENCH_EVENTSTORE")! : (await server.StandardOutput.ReadLineAsync(ct))!;
        try
        {
            await Node("npm", ["ci", "--no-audit", "--no-fund"], ct);
            await using var log = new EventStoreDbLog(ConnectionString.Parse(connectionString), 1024 * 1024, "", NullLogger<EventStoreDbLog>.Instance);
            await Compare(log, connectionString, given.GetValue(Appenders), given.GetValue(Rounds), given.GetValue(Seconds), ct);
            return 0;
        }
        finally
        {
            server?.Kill();
        }
    }

    static async Task Compare(EventStoreDbLog log, string server, int appenders, int rounds, int seconds, CancellationToken ct)
    {
        await Append(log, appenders, TimeSpan.FromSeconds(1), ct); // connections, JIT
        var table = new Table().AddColumns("round", "node: events/s", "p50 / p99 ms", "adapter: events/s", "p50 / p99 ms", "ratio", "node: to subscriber", "adapter: to subscriber");
        var ratios = new List<double>();
        for (var round = 1; round <= rounds; round++)
        {
            var floor = await Floor(["append", server, $"{appenders}", $"{seconds}"], ct);
            var ours = await Append(log, appenders, TimeSpan.FromSeconds(seconds), ct);
            var (floorLatency, latency) = (await Floor(["latency", server, "500"], ct), await Latency(log, 500, ct));
            ratios.Add(ours.PerSecond / floor.PerSecond);
            table.AddRow($"{round}", $"{floor.PerSecond:N0}", floor.Latency, $"{ours.PerSecond:N0}", ours.Latency, $"{ratios[^1]:N1}", floorLatency.Latency, latency.Latency);
        }
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine($"{appenders} appenders; median ratio {ratios.Order().ElementAt(ratios.Count / 2):N1}");
    }

    static async Task<Result> Append(EventStoreDbLog log, int appenders, TimeSpan length, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        var took = await Task.WhenAll(Enumerable.Range(0, appenders).Select(_ => Task.Run(async () =>
        {
            var (stream, mine) = (new StreamName($"conversation-{Guid.NewGuid():N}"), new List<double>());
            while (Stopwatch.GetElapsedTime(started) < length)
            {
                var asked = Stopwatch.GetTimestamp();
                await AppendOne(log, stream, mine.Count - 1, ct);
                mine.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            }
            return mine;
        }, ct)));
        return Result.Of(took.SelectMany(static mine => mine), Stopwatch.GetElapsedTime(started));
    }

    /// <summary>From the append to the subscriber, one event at a time; the first fifty are left out.</summary>
    static async Task<Result> Latency(EventStoreDbLog log, int events, CancellationToken ct)
    {
        const int warmUp = 50;
        var (stream, took) = (new StreamName($"conversation-{Guid.NewGuid():N}"), new List<double>());
        await using var messages = log.Subscribe(await log.Head(ct), new("conversation-"), ct).GetAsyncEnumerator(ct);
        while (await messages.MoveNextAsync() && messages.Current is not LogMessage.CaughtUp) { }
        for (var i = 0; i < events + warmUp; i++)
        {
            var asked = Stopwatch.GetTimestamp();
            var appending = AppendOne(log, stream, i - 1, ct);
            while (await messages.MoveNextAsync() && messages.Current is not LogMessage.Event) { }
            if (i >= warmUp) took.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            await appending;
        }
        return Result.Of(took, TimeSpan.FromSeconds(1));
    }

    static async Task AppendOne(EventStoreDbLog log, StreamName stream, long expected, CancellationToken ct)
    {
        var result = await log.Append(stream, expected, [new(Guid.NewGuid(), Type, Data, Metadata)], ct);
        if (result is not AppendResult.Appended) throw new InvalidOperationException($"{stream}: {result}");
    }

    static async Task<Result> Floor(string[] arguments, CancellationToken ct) =>
        JsonSerializer.Deserialize<Result>(await Node("node", ["floor.mjs", .. arguments], ct), JsonSerializerOptions.Web)!;

    static async Task<string> Node(string program, string[] arguments, CancellationToken ct)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = Path.Combine(AppContext.BaseDirectory, "node"), RedirectStandardOutput = true })!;
        var said = await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        return process.ExitCode == 0 ? said : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}; Node.js 20 or later is needed.");
    }

    static Process StartServer()
    {
        var assembly = Path.Combine(
            AppContext.BaseDirectory, "../../../../../tests/Chat.Testing.EventStoreDb/bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0/Chat.Testing.EventStoreDb.dll");
        return Process.Start(new ProcessStartInfo("dotnet", [Path.GetFullPath(assembly)]) { RedirectStandardOutput = true })!;
    }
}
