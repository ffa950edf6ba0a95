using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Projections.Cli;

static class VerifyCommand
{
    static readonly Option<bool> Mend = new("--repair") { Description = "Puts right what differs, row by row, and compares once more." };

    public static Command Create()
    {
        var command = new Command("verify", """
            Folds the log again and compares it with what is served: count and digest of every conversation, then row by row. Names every
            difference, also a checkpoint that was moved by hand. Exit code 1 when there is one.
            """) { Names.SomeOrAll, RebuildCommand.Rate, Mend, Output.Json };
        command.SetAction(static (parsed, ct) => CliHost.Run(async services =>
        {
            var (chosen, options) = (services.Rebuildable(parsed.GetValue(Names.SomeOrAll)!), new FoldOptions(Rate: parsed.GetValue(RebuildCommand.Rate)));
            var verdicts = await Verify(services, chosen, options, ct);
            var wrong = chosen.Where((_, i) => verdicts[i].Differences.Count > 0).ToList();
            if (wrong.Count > 0 && parsed.GetValue(Mend))
            {
                await Repair(services, wrong, ct);
                verdicts = await Verify(services, chosen, options, ct);
            }
            return VerdictOutput.Write(verdicts, parsed.GetValue(Output.Json), clean: "Right", differing: "Wrong");
        }));
        return command;
    }

    static Task<Verdict[]> Verify(IServiceProvider services, IReadOnlyList<IProjection> chosen, FoldOptions options, CancellationToken ct) =>
        ProgressDisplay.Run(report => Task.WhenAll(chosen.Select(projection => services.GetRequiredService<ProjectionVerification>().Run(projection, options, report, ct))));

    static async Task Repair(IServiceProvider services, IReadOnlyList<IProjection> wrong, CancellationToken ct)
    {
        var rows = await ProgressDisplay.Run(report => Task.WhenAll(wrong.Select(projection => services.GetRequiredService<ProjectionRepair>().Run(projection, report, ct))));
        foreach (var (projection, mended) in wrong.Zip(rows)) await Console.Error.WriteLineAsync($"{projection.Model.Name}: {mended:N0} rows taken out or put in.");
    }
}
