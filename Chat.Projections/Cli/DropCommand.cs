using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Projections.Cli;

static class DropCommand
{
    sealed record Row(IReadOnlyList<string> Dropped);

    public static Command Create()
    {
        var command = new Command("drop", "Drops the generations of projections that are not live: earlier ones, to which there is then no way back, and half-built ones.")
        {
            Names.Some, Output.Json,
        };
        command.SetAction(static (parsed, ct) => CliHost.Run(async services =>
        {
            var (rebuild, dropped) = (services.GetRequiredService<ProjectionRebuild>(), new List<string>());
            foreach (var projection in services.Projections(parsed.GetValue(Names.Some)!))
            {
                dropped.AddRange((await rebuild.Drop(projection, ct)).Select(static generation => generation.VersionedName));
            }
            Output.Write(new Row(dropped), parsed.GetValue(Output.Json), static row =>
                Console.WriteLine(row.Dropped is [] ? "Nothing to drop." : $"Dropped: {string.Join(", ", row.Dropped)}."));
            return 0;
        }));
        return command;
    }
}
