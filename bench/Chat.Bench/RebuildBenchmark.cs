using System.CommandLine;
using System.Diagnostics;
using Chat.Bench.Load;
using Chat.Projections;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace Chat.Bench;

/// <summary><c>rebuild</c>: how fast timeline and inbox are built anew from the log, both at once.</summary>
static class RebuildBenchmark
{
    static readonly Option<int> Events = new("--events") { DefaultValueFactory = static _ => 200_000 };
    static readonly Option<int> Conversations = new("--conversations") { DefaultValueFactory = static _ => 50 };

    static readonly Option<int> Partitions = new("--partitions") { DefaultValueFactory = static _ => Environment.ProcessorCount };

    public static Command Create()
    {
        var command = new Command("rebuild", "Rebuilds timeline and inbox of a generated log (target: 20,000 events/s).") { Events, Conversations, Partitions };
        command.SetAction(Run);
        return command;
    }

    static async Task<int> Run(ParseResult given, CancellationToken ct)
    {
        await using var database = await BenchDatabase.Create();
        using var host = await BenchHost.Start(database);
        var (events, rebuild) = (given.GetValue(Events), host.Services.GetRequiredService<ProjectionRebuild>());
        var processes = await database.ServerProcessIds();
        await GeneratedLog.Fill(host.Services, events, given.GetValue(Conversations));

        foreach (var names in new string[][] { ["timeline"], ["inbox"], ["timeline", "inbox"] })
        {
            var chosen = host.Services.GetServices<IProjection>().Where(projection => names.Contains(projection.Model.Name)).ToList();
            var (started, client, server) = (Stopwatch.GetTimestamp(), Process.GetCurrentProcess().TotalProcessorTime, ProcessorTimes.Of(processes()));
            await rebuild.Build(chosen, new(given.GetValue(Partitions)), static (_, _) => { }, ct);
            var took = Stopwatch.GetElapsedTime(started);
            (client, server) = (Process.GetCurrentProcess().TotalProcessorTime - client, ProcessorTimes.Of(processes()) - server);
            foreach (var projection in chosen) await rebuild.Drop(projection, ct);
            AnsiConsole.WriteLine(
                $"{string.Join(" + ", names)}: {events:N0} events in {took.TotalSeconds:N1} s, {events / took.TotalSeconds:N0} events/s; processor µs an event: "
                + $"here {client.TotalMicroseconds / events:N1}, PostgreSQL {server.TotalMicroseconds / events:N1}");
        }
        await host.StopAsync(ct);
        return 0;
    }
}
