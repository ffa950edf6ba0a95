using System.CommandLine;
using Chat.Bench.Api;
using Spectre.Console;

namespace Chat.Bench.Import;

/// <summary><c>import</c>: plays IRC logs through the public API. Run again, it goes on where it was; nothing is doubled.</summary>
static class ImportCommand
{
    static readonly Option<string> Url = new("--url") { Description = "Address of the API.", DefaultValueFactory = static _ => "http://127.0.0.1:5080" };
    static readonly Option<DirectoryInfo> From = new Option<DirectoryInfo>("--from") { Description = "A folder of *.raw.txt logs, with or without *.annotation.txt.", Required = true }.AcceptExistingOnly();
    static readonly Option<int> Parallel = new("--parallel") { Description = "How many conversations are played at once.", DefaultValueFactory = static _ => 4 };
    static readonly Option<bool> Verify = new("--verify") { Description = "Read every history back afterwards and compare it with its log." };
    static readonly Option<int> Patience = new("--patience") { Description = "Seconds to wait for a server that is away or asks to wait.", DefaultValueFactory = static _ => 120 };

    public static Command Create()
    {
        var command = new Command("import", "Plays IRC logs through the public API, as the people in them.") { Url, From, Parallel, Verify, Patience };
        command.SetAction(Run);
        return command;
    }

    static async Task<int> Run(ParseResult given, CancellationToken ct)
    {
        var plans = IrcLog.FilesIn(given.GetRequiredValue(From).FullName).Select(IrcLog.Read).Select(ImportPlan.Of).ToList();
        if (plans.Count == 0)
        {
            AnsiConsole.WriteLine($"There is no *.raw.txt in {given.GetValue(From)}.");
            return 1;
        }
        using var patient = new PatientHandler(TimeSpan.FromSeconds(given.GetValue(Patience)));
        using var http = new HttpClient(patient) { BaseAddress = new(given.GetRequiredValue(Url)), Timeout = Timeout.InfiniteTimeSpan };
        var people = new People(http);
        try
        {
            var played = await Play(plans, people, given.GetValue(Parallel), ct);
            Report(played, patient.Retries);
            var wrong = given.GetValue(Verify) ? await Check(plans, people, ct) : [];
            return played.Any(static log => log.Refused.Count > 0) || wrong.Count > 0 ? 1 : 0;
        }
        catch (HttpRequestException away)
        {
            AnsiConsole.WriteLine($"{given.GetValue(Url)} cannot be reached ({away.Message}). Run the same command again: it goes on where it was.");
            return 1;
        }
        catch (RefusedException refused)
        {
            AnsiConsole.WriteLine($"{given.GetValue(Url)} refuses what the import needs ({refused.Message}). Run the same command again: it goes on where it was.");
            return 1;
        }
        catch (OperationCanceledException)
        {
            AnsiConsole.WriteLine("Stopped. Run the same command again: it goes on where it was.");
            return 130;
        }
    }

    static Task<Played[]> Play(List<ImportPlan> plans, People people, int parallel, CancellationToken ct) =>
        AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).StartAsync(async progress =>
        {
            var bars = plans.ToDictionary(static plan => plan.Name, plan => progress.AddTask(Markup.Escape(plan.Name), maxValue: Math.Max(plan.Steps.Count, 1)));
            var player = new ImportPlayer(people, name => bars[name].Increment(1));
            var played = new Played[plans.Count];
            await System.Threading.Tasks.Parallel.ForEachAsync(Enumerable.Range(0, plans.Count), new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = ct },
                async (index, each) => played[index] = await player.Play(plans[index], each));
            return played;
        });

    static void Report(Played[] played, long retries)
    {
        var table = new Table().AddColumns("Log", "Lines", "Messages", "Sent", "There already", "Repeated", "Joins, leaves", "Lines without a message", "Refused");
        foreach (var number in table.Columns.Skip(1)) number.RightAligned();
        foreach (var log in played) table.AddRow([.. Row(Markup.Escape(log.Plan.Name), [log])]);
        if (played.Length > 1) table.AddRow([.. Row("all", played)]);
        AnsiConsole.Write(table);
        if (retries > 0) AnsiConsole.WriteLine($"{retries} requests were tried again, since the server was away or asked to wait.");
        foreach (var refused in played.SelectMany(static log => log.Refused).Take(20)) AnsiConsole.WriteLine($"refused: {refused}");
    }

    static IEnumerable<string> Row(string name, IReadOnlyList<Played> logs) =>
    [
        name,
        .. new[]
        {
            logs.Sum(static log => log.Plan.Lines), logs.Sum(static log => log.Plan.Messages), logs.Sum(static log => log.Sent), logs.Sum(static log => log.AlreadyThere),
            logs.Sum(static log => log.Repeated), logs.Sum(static log => log.Members), logs.Sum(static log => log.Plan.Skipped), logs.Sum(static log => log.Refused.Count),
        }.Select(static count => count.ToString("N0")),
    ];

    static async Task<List<string>> Check(List<ImportPlan> plans, People people, CancellationToken ct)
    {
        var player = new ImportPlayer(people, static _ => { });
        List<string> wrong = [];
        foreach (var plan in plans)
        {
            wrong.AddRange(ImportCheck.Differences(plan, (await player.Open(plan, ct)).History));
        }
        foreach (var difference in wrong.Take(20)) AnsiConsole.WriteLine(difference);
        AnsiConsole.WriteLine(wrong.Count == 0
            ? $"Verified: {plans.Sum(static plan => plan.Messages):N0} messages in {plans.Count} conversations, each there once, in the order of its log, with its text, sender and reply."
            : $"Verification failed: {wrong.Count} differences.");
        return wrong;
    }
}
