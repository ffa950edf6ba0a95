using System.CommandLine;
using Chat.Infrastructure.ReadModels;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Projections.Cli;

static class PauseCommand
{
    sealed record Row(string Projection, bool Paused, bool Changed);

    public static Command Create(string verb, string description, bool paused)
    {
        var command = new Command(verb, description) { Names.Some, Output.Json };
        command.SetAction((parsed, ct) => CliHost.Run(async services =>
        {
            var (checkpoints, rows) = (services.GetRequiredService<Checkpoints>(), new List<Row>());
            foreach (var projection in services.Projections(parsed.GetValue(Names.Some)!))
            {
                rows.Add(new(projection.Model.Name, paused, await checkpoints.Pause(projection.Model.Name, paused, ct)));
            }
            Output.Write(rows, parsed.GetValue(Output.Json), static rows =>
            {
                foreach (var row in rows) Console.WriteLine($"{row.Projection} {(row.Changed ? "is" : "was already")} {(row.Paused ? "paused" : "at work")}.");
            });
            return 0;
        }));
        return command;
    }
}
