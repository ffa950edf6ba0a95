using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Projections.Cli;

static class VerifyCommand
{
    const int Shown = 50;

    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "A projection, or all.", DefaultValueFactory = static _ => "all" };
        var command = new Command("verify", "Folds the log again and compares it with what is served. Names every difference; exit code 1 when there is one.") { name };
        command.SetAction((parsed, ct) => CliHost.Run(async services =>
        {
            var chosen = services.Projections(parsed.GetValue(name));
            if (chosen.Count == 0)
            {
                Console.Error.WriteLine("There is no such projection; 'list' names them.");
                return 2;
            }
            var verification = services.GetRequiredService<ProjectionVerification>();
            var verdicts = new List<Verdict>();
            await ProgressDisplay.Run(chosen, async (projection, report) =>
            {
                var verdict = await verification.Run(projection, report, ct);
                lock (verdicts) verdicts.Add(verdict);
            });
            foreach (var verdict in verdicts.OrderBy(static verdict => verdict.Live.Projection, StringComparer.Ordinal)) Tell(verdict);
            return verdicts.TrueForAll(static verdict => verdict.Differences.Count == 0) ? 0 : 1;
        }));
        return command;
    }

    static void Tell(Verdict verdict)
    {
        Console.WriteLine($"{verdict.Live.VersionedName} at {verdict.Live.Position}: {verdict.Rows} rows compared, {verdict.Differences.Count} differences.");
        foreach (var difference in verdict.Differences.Take(Shown)) Console.WriteLine($"  {difference.Table} {difference.Key} {difference.What}");
        if (verdict.Differences.Count > Shown) Console.WriteLine($"  … and {verdict.Differences.Count - Shown} more");
    }
}
