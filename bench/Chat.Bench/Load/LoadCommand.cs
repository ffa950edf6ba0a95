using System.CommandLine;
using Chat.Infrastructure.Postgres;
using Spectre.Console;

namespace Chat.Bench.Load;

/// <summary><c>load</c>: the whole product under workloads, side by side with the floors in one run.</summary>
static class LoadCommand
{
    static readonly string[] Special = ["receipts", "mixed", "channel", "replay", "overload", "lag", "catchup", "storm", "idle", "hold", "rest"];

    static readonly Argument<string[]> Names = new Argument<string[]>("workload") { Description = "Which to run; without any: pairs, paced, group100, group500." }
        .AcceptOnlyFromAmong([.. Workload.All.Select(static workload => workload.Name), .. Special]);
    static readonly Option<int> Rounds = new("--rounds") { DefaultValueFactory = static _ => 3 };
    static readonly Option<int> Seconds = new("--seconds") { Description = "Length of a round.", DefaultValueFactory = static _ => 5 };
    static readonly Option<int> WarmUp = new("--warm-up") { Description = "Seconds of a warm-up; a side has several, until one is no faster than the one before: what is compiled while it runs is fast only then.", DefaultValueFactory = static _ => 10 };
    static readonly Option<int> Connections = new("--connections") { Description = "Of idle, hold and storm.", DefaultValueFactory = static _ => 5_000 };
    static readonly Option<int> Members = new("--members") { Description = "Of channel.", DefaultValueFactory = static _ => 10_000 };
    static readonly Option<int> Online = new("--online") { Description = "Of them, how many are connected.", DefaultValueFactory = static _ => 500 };
    static readonly Option<DirectoryInfo?> From = new("--from") { Description = "Of replay, a folder of *.raw.txt logs." };
    static readonly Option<double> Speed = new("--speed") { Description = "Of replay, how many times as fast as it was.", DefaultValueFactory = static _ => 1_000 };
    static readonly Option<string[]> Only = new("--only") { Description = "Sides to run, by name: for a profile of one of them.", AllowMultipleArgumentsPerToken = true };
    static readonly Option<FileInfo?> JsonFile = new("--json") { Description = "Where every round is written." };
    static readonly Option<FileInfo?> MarkdownFile = new("--markdown") { Description = "Where the table of medians is written." };

    public static Command Create()
    {
        var command = new Command("load", "Workloads on the product and on bare SignalR relays, one of which commits before it relays. Lost, doubled or misordered messages fail the run.")
        {
            Names, Rounds, Seconds, WarmUp, Connections, Members, Online, From, Speed, Only, JsonFile, MarkdownFile,
        };
        command.SetAction(Run);
        return command;
    }

    static async Task<int> Run(ParseResult given, CancellationToken ct)
    {
        await using var floorDatabase = await BenchDatabase.Create(new Migration("floor", "create table floor_messages (id uuid primary key, text text not null, created timestamptz not null)"));
        await using var chatDatabase = await BenchDatabase.Create();
        await using var bare = await ServerProcess.Floor(null);
        await using var committing = await ServerProcess.Floor(floorDatabase);
        await using var chat = await ServerProcess.Chat(chatDatabase);
        using var http = new HttpClient { BaseAddress = chat.Address };
        var product = new ChatSide("chat", chat, http);
        Side[] sides = [new FloorSide("relay + commit", committing), new FloorSide("relay", bare), product];
        if (given.GetValue(Only) is { Length: > 0 } only) sides = [.. sides.Where(side => only.Contains(side.Name))];
        var (names, results) = (given.GetValue(Names) ?? [], new Results());
        var run = new Run(results, new(await chatDatabase.ServerProcessIds()), given.GetValue(Rounds), TimeSpan.FromSeconds(given.GetValue(Seconds)), TimeSpan.FromSeconds(given.GetValue(WarmUp)));

        if (names.Contains("rest")) await Idle.Rest(chat, ct);
        foreach (var workload in Workload.All.Where(workload => names.Length == 0 || names.Contains(workload.Name))) await run.Compare(workload, sides);
        if (names.Contains("lag")) await run.Lag(product, chatDatabase, ct);
        if (names.Contains("receipts")) await run.Compare(Workload.Receipts, [product, new ChatSide("chat, reading", chat, http, reads: true)]);
        if (names.Contains("replay")) await run.Replay(Replay.Of(given.GetValue(From)?.FullName ?? throw new ArgumentException("replay takes --from."), given.GetValue(Speed)), [sides[0], product]);
        if (names.Contains("channel")) await run.Channel(product, given.GetValue(Members), given.GetValue(Online));
        if (names.Contains("catchup")) await new CatchUp(product, run).Measure(ct);
        if (names.Contains("mixed")) await new Mixed(product, run).Measure(ct);
        var faultless = !names.Contains("overload") || await new Overload(product, run).Measure(ct);
        faultless &= !names.Contains("hold") || await Hold.Measure(run, chatDatabase, product, given.GetValue(Connections), ct);
        if (names.Contains("storm")) await new Storm(product, run).Measure(given.GetValue(Connections), ct);
        if (names.Contains("idle")) await Idle.Compare(chatDatabase, given.GetValue(Connections), ct);

        var table = results.Markdown();
        AnsiConsole.WriteLine();
        Console.Out.Write(table); // whole lines, to be copied
        if (given.GetValue(JsonFile) is { } json) await File.WriteAllTextAsync(json.FullName, results.AsJson(), ct);
        if (given.GetValue(MarkdownFile) is { } markdown) await File.WriteAllTextAsync(markdown.FullName, table, ct);
        return results.Faulty || !faultless ? 1 : 0;
    }
}

/// <summary>Runs workloads in rounds, the sides in turn within each.</summary>
sealed record Run(Results Results, ProcessorTimes Processors, int Rounds, TimeSpan Length, TimeSpan WarmUp)
{
    const int MaxWarmUps = 6;
    const double Faster = 1.05;

    public async Task Compare(Workload workload, IReadOnlyList<Side> sides)
    {
        AnsiConsole.WriteLine($"{workload.Name}: {workload.What}");
        var all = new List<Rooms>();
        foreach (var side in sides) all.Add(await Rooms.On(side, workload.Rooms, workload.People, workload.Senders));
        await Take(workload.Name, workload.Pace, all);
    }

    /// <summary>The pairs at their peak, and how far the inbox is behind the log meanwhile.</summary>
    public async Task Lag(ChatSide side, BenchDatabase database, CancellationToken ct)
    {
        var pairs = Workload.All[0];
        await using var rooms = await Rooms.On(side, pairs.Rooms, pairs.People, pairs.Senders);
        await Warm(length => rooms.Talk("lag", 0, pairs.Pace, length, Processors));
        for (var round = 1; round <= Rounds; round++)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var sampling = InboxLag.Sample(database, stop.Token);
            Results.Add(await rooms.Talk("lag", round, pairs.Pace, Length, Processors));
            await stop.CancelAsync();
            var lag = await sampling;
            AnsiConsole.WriteLine($"lag {round}: the inbox is behind the log by p50 {lag.GetValueAtPercentile(50) / 1_000.0:N0}, p99 {lag.GetValueAtPercentile(99) / 1_000.0:N0}, at most {lag.GetValueAtPercentile(100) / 1_000.0:N0} ms over {lag.TotalCount:N0} looks (goal p99 200)");
        }
    }

    /// <summary>Only the product has members who are away.</summary>
    public async Task Channel(ChatSide side, int members, int online)
    {
        AnsiConsole.WriteLine($"channel: one sender, {members:N0} members, {online:N0} of them online");
        await Take("channel", new Pace.Closed(10), [new(side, [await side.Channel(members, online)], 1)]);
    }

    public async Task Replay(Replay replay, IReadOnlyList<Side> sides)
    {
        AnsiConsole.WriteLine($"replay: {replay.What}");
        var all = new List<Rooms>();
        foreach (var side in sides) all.Add(await Rooms.On(side, replay.People));
        for (var round = 1; round <= Rounds; round++)
        {
            foreach (var rooms in all) Results.Add(await rooms.Play("replay", round, Processors, replay.Play));
        }
        foreach (var rooms in all) await rooms.DisposeAsync();
    }

    /// <summary>Until a side is no faster than it was; the same rule for all, since one has less to compile than another.</summary>
    /// <param name="talk">What is not counted, for the time it is given.</param>
    public async Task Warm(Func<TimeSpan, Task<Measured>> talk)
    {
        var before = await talk(WarmUp);
        for (var times = 1; times < MaxWarmUps; times++)
        {
            var now = await talk(WarmUp);
            if (now.PerSecond < before.PerSecond * Faster && now.Milliseconds(50) > before.Milliseconds(50) / Faster) return;
            before = now;
        }
    }

    async Task Take(string workload, Pace pace, List<Rooms> all)
    {
        foreach (var rooms in all) await Warm(length => rooms.Talk(workload, 0, pace, length, Processors));
        for (var round = 1; round <= Rounds; round++)
        {
            foreach (var rooms in all) Results.Add(await rooms.Talk(workload, round, pace, Length, Processors));
        }
        foreach (var rooms in all) await rooms.DisposeAsync();
    }
}
