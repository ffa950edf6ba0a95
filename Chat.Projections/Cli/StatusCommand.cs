using System.CommandLine;
using System.Text.Json;
using Chat.Application.Log;
using Chat.Infrastructure.ReadModels;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace Chat.Projections.Cli;

static class StatusCommand
{
    sealed record Row(string Projection, bool Live, string Position, string Head, ulong Lag, double? EventsPerSecond, string? Failure);

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "For programs." };
        var command = new Command("status", "Where each projection stands: position, lag, rate over one second, and what stopped it.") { json };
        command.SetAction((parsed, ct) => CliHost.Run(async services =>
        {
            var rows = await Rows(services, ct);
            if (parsed.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(rows, JsonSerializerOptions.Web));
            else Show(rows);
            return rows.Any(static row => row.Failure is not null) ? 1 : 0;
        }));
        return command;
    }

    static async Task<List<Row>> Rows(IServiceProvider services, CancellationToken ct)
    {
        var (log, checkpoints) = (services.GetRequiredService<IEventLog>(), services.GetRequiredService<Checkpoints>());
        var before = (await checkpoints.All(ct)).ToDictionary(static checkpoint => checkpoint.VersionedName, static checkpoint => checkpoint.Position.Commit);
        await Task.Delay(TimeSpan.FromSeconds(1), ct);
        var head = await log.Head(ct);
        var failures = (await checkpoints.Failures(ct)).ToDictionary(static failure => failure.Projection, static failure => $"at {failure.Position}: {failure.Reason}");
        return [.. (await checkpoints.All(ct)).Select(checkpoint => new Row(
            checkpoint.VersionedName, checkpoint.Live, checkpoint.Position.ToString(), head.ToString(), head.Commit - Math.Min(head.Commit, checkpoint.Position.Commit),
            before.TryGetValue(checkpoint.VersionedName, out var then) ? checkpoint.Position.Commit - then : null,
            checkpoint.Live ? failures.GetValueOrDefault(checkpoint.Projection) : null))];
    }

    static void Show(List<Row> rows)
    {
        var table = new Table().AddColumns("projection", "", "position", "head", "lag", "events/s", "stopped by");
        foreach (var row in rows)
        {
            table.AddRow(
                row.Projection, row.Live ? "live" : "building", row.Position, row.Head, $"{row.Lag}", $"{row.EventsPerSecond}", Markup.Escape(row.Failure ?? ""));
        }
        AnsiConsole.Write(table);
    }
}
