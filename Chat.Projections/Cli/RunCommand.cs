using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Chat.Projections.Cli;

static class RunCommand
{
    public static Command Create()
    {
        var command = new Command("run", "Runs the projections here, for an API that is told not to (Projections:InProcess=false).");
        command.SetAction(static async (_, ct) =>
        {
            var builder = CliHost.Builder();
            builder.Services.AddProjectionRunners();
            using var host = builder.Build();
            await host.RunAsync(ct);
            return 0;
        });
        return command;
    }
}
