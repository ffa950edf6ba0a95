using System.CommandLine;
using System.Diagnostics;
using System.Text;
using Chat.Application.Log;
using Chat.Infrastructure.PostgresLog;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Spectre.Console;

namespace Chat.Bench.Log;

/// <summary><c>log</c>: events per second of the event log against one insert per commit, in alternating rounds of one run.</summary>
static class LogCommand
{
    static readonly Option<int> Appenders = new("--appenders") { Description = "Appends under way at once.", DefaultValueFactory = static _ => 64 };
    static readonly Option<int> Rounds = new("--rounds") { DefaultValueFactory = static _ => 3 };
    static readonly Option<int> Seconds = new("--seconds") { Description = "Length of a round.", DefaultValueFactory = static _ => 4 };

    static readonly byte[] Data = Encoding.UTF8.GetBytes(new string('x', 300));
    static readonly byte[] Metadata = Encoding.UTF8.GetBytes(new string('m', 150));

    public static Command Create()
    {
        var command = new Command("log", "Appends with revision checks and idempotency, against one insert per commit (target: 7 times).") { Appenders, Rounds, Seconds };
        command.SetAction(Run);
        return command;
    }

    static async Task<int> Run(ParseResult given, CancellationToken ct)
    {
        var (appenders, length) = (given.GetValue(Appenders), TimeSpan.FromSeconds(given.GetValue(Seconds)));
        await using var database = await BenchDatabase.Create(PostgresLogSchema.Migrations);
        await database.Execute("""
            create table floor (
                position bigint generated always as identity primary key, stream text not null, revision bigint not null, id uuid not null unique,
                type text not null, data bytea not null, metadata bytea not null, hash bigint not null, created timestamptz not null, unique (stream, revision))
            """);
        await using var log = new PostgresEventLog(database.Source, NullLogger<PostgresEventLog>.Instance);

        using var meter = new CommitMeter();
        var table = new Table().AddColumns("round", "one insert per commit, events/s", "event log, events/s", "ratio", "appends a commit", "ms a commit");
        var ratios = new List<double>();
        for (var round = 0; round <= given.GetValue(Rounds); round++)
        {
            var floor = await Rate(appenders, length, appender => InsertOne(database.Source, appender));
            meter.Reset();
            var ours = await Rate(appenders, length, appender => AppendOne(log, appender));
            if (round == 0) continue; // warms both up
            ratios.Add(ours / floor);
            table.AddRow($"{round}", $"{floor:N0}", $"{ours:N0}", $"{ours / floor:N1}", $"{meter.MeanBatch:N0}", $"{meter.MeanMilliseconds:N2}");
        }
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine($"Median ratio at {appenders} appenders: {ratios.Order().ElementAt(ratios.Count / 2):N1}");
        return 0;
    }

    sealed class Appender
    {
        public StreamName Stream { get; } = new($"conversation-{Guid.NewGuid():N}");
        public long Revision { get; set; } = StreamName.NoStream;
    }

    static async Task<double> Rate(int appenders, TimeSpan length, Func<Appender, Task> append)
    {
        var (done, started) = (0L, Stopwatch.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, appenders).Select(_ => Task.Run(async () =>
        {
            for (var appender = new Appender(); Stopwatch.GetElapsedTime(started) < length; appender.Revision++)
            {
                await append(appender);
                Interlocked.Increment(ref done);
            }
        })));
        return done / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    static async Task AppendOne(PostgresEventLog log, Appender appender)
    {
        var result = await log.Append(appender.Stream, appender.Revision, [new(Guid.NewGuid(), "message-sent.v1", Data, Metadata)], CancellationToken.None);
        if (result is not AppendResult.Appended) throw new InvalidOperationException($"{result}");
    }

    static async Task InsertOne(NpgsqlDataSource database, Appender appender)
    {
        await using var command = database.CreateCommand(
            "insert into floor (stream, revision, id, type, data, metadata, hash, created) values ($1, $2, $3, $4, $5, $6, $7, now())");
        foreach (var value in new object[] { appender.Stream.Value, appender.Revision + 1, Guid.NewGuid(), "message-sent.v1", Data, Metadata, 1L })
        {
            command.Parameters.Add(new() { Value = value });
        }
        await command.ExecuteNonQueryAsync();
    }
}
