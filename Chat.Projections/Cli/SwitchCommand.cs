using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Projections.Cli;

static class SwitchCommand
{
    public static Command Create()
    {
        var command = new Command("switch", "Verifies what 'rebuild --no-switch' has built and makes it the live one, atomically for readers. Refused when a row differs.")
        {
            Names.Some, RebuildCommand.Rate, Output.Json,
        };
        command.SetAction(static (parsed, ct) => CliHost.Run(services => Switch(
            services, services.Rebuildable(parsed.GetValue(Names.Some)!), new(Rate: parsed.GetValue(RebuildCommand.Rate)), parsed.GetValue(Output.Json), ct)));
        return command;
    }

    public static async Task<int> Switch(IServiceProvider services, IReadOnlyList<IProjection> chosen, FoldOptions options, bool json, CancellationToken ct)
    {
        var rebuild = services.GetRequiredService<ProjectionRebuild>();
        var verdicts = await ProgressDisplay.Run(report => Task.WhenAll(chosen.Select(projection => rebuild.Switch(projection, options, report, ct))));
        return VerdictOutput.Write(verdicts, json, clean: "Live now", differing: "Not switched");
    }
}
