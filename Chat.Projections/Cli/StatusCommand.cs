using System.CommandLine;
using Chat.Infrastructure.ReadModels;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace Chat.Projections.Cli;

static class StatusCommand
{
    static readonly Option<bool> Watch = new("--watch") { Description = "Again every second, until interrupted." };

    public static Command Create()
    {
        var command = new Command("status", "Where each generation stands: state, position, lag, rate over one second, and what stopped it. Exit code 1 when one stands still.")
        {
            Watch, Output.Json,
        };
        command.SetAction((parsed, ct) => CliHost.Run(async services =>
        {
            var (status, json) = (ActivatorUtilities.CreateInstance<ProjectionStatus>(services), parsed.GetValue(Output.Json));
            if (parsed.GetValue(Watch)) return await Follow(status, json, ct);
            var rows = await status.Measure(ct);
            Output.Write(rows, json, static rows => AnsiConsole.Write(Table(rows)));
            return rows.Any(static row => row.State == GenerationState.Stopped) ? ExitCode.Refused : 0;
        }));
        return command;
    }

    static async Task<int> Follow(ProjectionStatus status, bool json, CancellationToken ct)
    {
        try
        {
            if (json)
            {
                while (true) Output.Write(await status.Measure(ct), json, static _ => { });
            }
            await AnsiConsole.Live(new Text("…")).StartAsync(async display =>
            {
                while (true) display.UpdateTarget(Table(await status.Measure(ct)));
            });
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // how a watch ends
        }
        return 0;
    }

    static Table Table(IReadOnlyList<StatusRow> rows)
    {
        var table = new Table().AddColumns("generation", "state", "position", "head", "lag", "seconds", "events/s", "");
        foreach (var row in rows)
        {
            table.AddRow(
                row.Generation, row.State.ToString().ToLowerInvariant(), row.Position, row.Head, $"{row.LagEvents:N0}", $"{row.LagSeconds:N1}", $"{row.EventsPerSecond:N0}",
                Markup.Escape($"{row.Failure}{(row.MovedByHand ? " Checkpoint moved by hand." : "")}"));
        }
        return table;
    }
}
