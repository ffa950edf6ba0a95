using System.CommandLine;
using System.Diagnostics;
using Chat.Application.Log;
using Chat.Infrastructure.PostgresLog;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Spectre.Console;

namespace Chat.Bench;

/// <summary><c>log</c>: the event log against one insert per commit into a table of the same shape, by this program and by pgbench, in alternating rounds.</summary>
static class LogBenchmark
{
    const string Type = "message-sent.v1";

    static readonly byte[] Data = new byte[240]; // a sealed message of 120 bytes
    static readonly byte[] Metadata = new byte[200];

    // the same row, made by the server itself
    static readonly string PgbenchInsert = $"""
        insert into public.floor (position, stream, revision, id, type, data, metadata, hash, created)
        values (nextval('public.floor_position'), 'conversation-' || lpad(:client_id::text, 32, '0'), currval('public.floor_position'), gen_random_uuid(), '{Type}',
            decode(repeat('00', {Data.Length}), 'hex'), decode(repeat('00', {Metadata.Length}), 'hex'), 0, now());
        """.ReplaceLineEndings(" ");

    static readonly Option<int> Appenders = new("--appenders") { Description = "How many append at once, each to its own stream.", DefaultValueFactory = static _ => 64 };
    static readonly Option<int> Rounds = new("--rounds") { Description = "Rounds of each.", DefaultValueFactory = static _ => 3 };
    static readonly Option<int> Seconds = new("--seconds") { Description = "Length of a round.", DefaultValueFactory = static _ => 3 };

    public static Command Create()
    {
        var command = new Command("log", "Appends to the event log, against one insert per commit.") { Appenders, Rounds, Seconds };
        command.SetAction(Run);
        return command;
    }

    static async Task<int> Run(ParseResult given, CancellationToken ct)
    {
        await using var database = await BenchDatabase.Create(PostgresLogSchema.Migrations);
        await Compare(database, given, ct);
        return 0;
    }

    static async Task Compare(BenchDatabase bench, ParseResult given, CancellationToken ct)
    {
        var database = bench.Source;
        await Execute(database, """
            create table public.floor (like log.events including all);
            create sequence public.floor_position;
            """, ct);
        await using var log = new PostgresEventLog(database, NullLogger<PostgresEventLog>.Instance);
        var (appenders, length) = (given.GetValue(Appenders), TimeSpan.FromSeconds(given.GetValue(Seconds)));

        async Task<Rate> Floor(TimeSpan time) => await Measure(appenders, time, (stream, revision) => Insert(database, stream, revision, ct));
        async Task<Rate> Log(TimeSpan time) => await Measure(appenders, time, async (stream, revision) =>
        {
            var result = await log.Append(stream, revision - 1, [new(Guid.NewGuid(), Type, Data, Metadata)], ct);
            if (result is not AppendResult.Appended) throw new InvalidOperationException($"{stream}: {result}");
        });

        await Floor(TimeSpan.FromSeconds(1)); // connections, plans, JIT
        await Log(TimeSpan.FromSeconds(1));
        var table = new Table().AddColumns("round", "pgbench: events/s", "floor: events/s", "p50 / p99 ms", "log: events/s", "p50 / p99 ms", "ratio", "÷ pgbench");
        var (ratios, toPgbench) = (new List<double>(), new List<double>());
        for (var round = 1; round <= given.GetValue(Rounds); round++)
        {
            var (pgbench, floor, ours) = (await Pgbench.PerSecond(bench.ConnectionString, PgbenchInsert, appenders, length, ct), await Floor(length), await Log(length));
            ratios.Add(ours.PerSecond / floor.PerSecond);
            if (pgbench is { } rate) toPgbench.Add(ours.PerSecond / rate);
            table.AddRow(
                $"{round}", pgbench is null ? "not here" : $"{pgbench:N0}", $"{floor.PerSecond:N0}", floor.Latency, $"{ours.PerSecond:N0}", ours.Latency,
                $"{ratios[^1]:N1}", pgbench is null ? "" : $"{toPgbench[^1]:N1}");
        }
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine($"{appenders} appenders; median ratio {Median(ratios):N1}{(toPgbench.Count > 0 ? $", to pgbench {Median(toPgbench):N1}" : "; pgbench is not installed")}");
    }

    static double Median(List<double> of) => of.Order().ElementAt(of.Count / 2);

    static async Task<Rate> Measure(int appenders, TimeSpan length, Func<StreamName, long, Task> append)
    {
        var started = Stopwatch.GetTimestamp();
        var latencies = await Task.WhenAll(Enumerable.Range(0, appenders).Select(_ => Task.Run(async () =>
        {
            var (stream, mine) = (new StreamName($"conversation-{Guid.NewGuid():N}"), new List<double>());
            while (Stopwatch.GetElapsedTime(started) < length)
            {
                var asked = Stopwatch.GetTimestamp();
                await append(stream, mine.Count);
                mine.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            }
            return mine;
        })));
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var sorted = latencies.SelectMany(static mine => mine).Order().ToList();
        return new(sorted.Count / elapsed, $"{sorted[sorted.Count / 2]:N1} / {sorted[sorted.Count * 99 / 100]:N1}");
    }

    static async Task Insert(NpgsqlDataSource database, StreamName stream, long revision, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            insert into public.floor (position, stream, revision, id, type, data, metadata, hash, created)
            values (nextval('public.floor_position'), $1, $2, $3, $4, $5, $6, 0, now())
            """);
        foreach (var value in (object[])[stream.Value, revision, Guid.NewGuid(), Type, Data, Metadata]) command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(ct);
    }

    static async Task Execute(NpgsqlDataSource database, string sql, CancellationToken ct)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(ct);
    }

    sealed record Rate(double PerSecond, string Latency);
}
