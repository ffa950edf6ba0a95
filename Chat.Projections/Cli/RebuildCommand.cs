using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Projections.Cli;

static class RebuildCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "A projection, or all." };
        var command = new Command("rebuild", "Builds a projection anew beside the live one and switches to it. Safe beside writes; goes on where it was interrupted.") { name };
        command.SetAction((parsed, ct) => CliHost.Run(async services =>
        {
            var chosen = services.Projections(parsed.GetValue(name));
            if (chosen.Count == 0)
            {
                Console.Error.WriteLine("There is no such projection; 'list' names them.");
                return 2;
            }
            var rebuild = services.GetRequiredService<ProjectionRebuild>();
            await ProgressDisplay.Run(chosen, (projection, report) => rebuild.Run(projection, report, ct));
            Console.WriteLine($"Rebuilt: {string.Join(", ", chosen.Select(static projection => projection.Model.Name))}.");
            return 0;
        }));
        return command;
    }
}
