using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Projections.Cli;

static class RollbackCommand
{
    sealed record Row(string Live);

    public static Command Create()
    {
        var command = new Command("rollback", "Makes the generation that was live before the live one again, brought up to date first. Atomic for readers.") { Names.One, Output.Json };
        command.SetAction(static (parsed, ct) => CliHost.Run(async services =>
        {
            var live = await services.GetRequiredService<ProjectionRebuild>().Rollback(services.Projection(parsed.GetValue(Names.One)!), ct);
            Output.Write(new Row(live.VersionedName), parsed.GetValue(Output.Json), static row => Console.WriteLine($"Live now: {row.Live}."));
            return 0;
        }));
        return command;
    }
}
