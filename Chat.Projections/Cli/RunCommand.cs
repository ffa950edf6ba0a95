using System.CommandLine;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.ReadModels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Chat.Projections.Cli;

static class RunCommand
{
    public static Command Create()
    {
        var command = new Command("run", """
            Runs the projections here, for an API that is told not to (Projections:InProcess=false). Where another process runs one already, this
            one says so, stands by, and takes over when that one ends.
            """);
        command.SetAction(static async (_, ct) =>
        {
            await TellOfOthers(ct);
            var builder = CliHost.Builder();
            builder.Services.AddProjectionRunners();
            using var host = builder.Build();
            await host.RunAsync(ct);
            return 0;
        });
        return command;
    }

    static Task<int> TellOfOthers(CancellationToken ct) => CliHost.Run(async services =>
    {
        try
        {
            foreach (var running in (await services.GetRequiredService<GenerationOverview>().All(ct)).Where(static status => status.State == GenerationState.Running))
            {
                await Console.Error.WriteLineAsync($"Another process runs {running.Checkpoint.Projection}; standing by for it.");
            }
        }
        catch (Exception fault) when (PostgresFaults.IsOtherSchema(fault))
        {
            // a new database: nobody runs anything
        }
        return 0;
    });
}
