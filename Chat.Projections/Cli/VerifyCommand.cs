using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Projections.Cli;

static class VerifyCommand
{
    public static Command Create()
    {
        var command = new Command("verify", """
            Folds the log again and compares it with what is served: count and digest of every conversation, then row by row. Names every
            difference, also a checkpoint that was moved by hand. Exit code 1 when there is one.
            """) { Names.SomeOrAll, RebuildCommand.Rate, Output.Json };
        command.SetAction(static (parsed, ct) => CliHost.Run(async services =>
        {
            var (verification, options) = (services.GetRequiredService<ProjectionVerification>(), new FoldOptions(Rate: parsed.GetValue(RebuildCommand.Rate)));
            var verdicts = await ProgressDisplay.Run(report => Task.WhenAll(
                services.Projections(parsed.GetValue(Names.SomeOrAll)!).Select(projection => verification.Run(projection, options, report, ct))));
            return VerdictOutput.Write(verdicts, parsed.GetValue(Output.Json), clean: "Right", differing: "Wrong");
        }));
        return command;
    }
}
