using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Projections.Cli;

static class VerifyCommand
{
    const int Shown = 50;

    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "A projection, or all.", DefaultValueFactory = static _ => "all" };
        var mend = new Option<bool>("--repair") { Description = "Puts right what differs, row by row, and compares once more." };
        var command = new Command("verify", "Folds the log again and compares it with what is served. Names every difference; exit code 1 when there is one.") { name, mend };
        command.SetAction((parsed, ct) => CliHost.Run(async services =>
        {
            var chosen = services.Projections(parsed.GetValue(name));
            if (chosen.Count == 0)
            {
                Console.Error.WriteLine("There is no such projection; 'list' names them.");
                return 2;
            }
            var verdicts = await Verify(services, chosen, ct);
            var wrong = chosen.Where(projection => verdicts.Exists(verdict => verdict.Live.Projection == projection.Model.Name && verdict.Differences.Count > 0)).ToList();
            if (wrong.Count > 0 && parsed.GetValue(mend))
            {
                await ProgressDisplay.Run(wrong, async (projection, report) =>
                {
                    var rows = await services.GetRequiredService<ProjectionRepair>().Run(projection, report, ct);
                    Console.WriteLine($"{projection.Model.Name}: {rows} rows taken out or put in.");
                });
                verdicts = await Verify(services, wrong, ct);
            }
            return verdicts.TrueForAll(static verdict => verdict.Differences.Count == 0) ? 0 : 1;
        }));
        return command;
    }

    static async Task<List<Verdict>> Verify(IServiceProvider services, IReadOnlyList<IProjection> projections, CancellationToken ct)
    {
        var verdicts = new List<Verdict>();
        await ProgressDisplay.Run(projections, async (projection, report) =>
        {
            var verdict = await services.GetRequiredService<ProjectionVerification>().Run(projection, report, ct);
            lock (verdicts) verdicts.Add(verdict);
        });
        foreach (var verdict in verdicts.OrderBy(static verdict => verdict.Live.Projection, StringComparer.Ordinal)) Tell(verdict);
        return verdicts;
    }

    static void Tell(Verdict verdict)
    {
        Console.WriteLine($"{verdict.Live.VersionedName} at {verdict.Live.Position}: {verdict.Rows} rows compared, {verdict.Differences.Count} differences.");
        foreach (var difference in verdict.Differences.Take(Shown)) Console.WriteLine($"  {difference.Table} {difference.Key} {difference.What}");
        if (verdict.Differences.Count > Shown) Console.WriteLine($"  … and {verdict.Differences.Count - Shown} more");
    }
}
