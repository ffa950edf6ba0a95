using System.CommandLine;
using System.Diagnostics;
using Chat.Application.Conversations;
using Chat.Application.Keys;
using Chat.Application.Log;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Infrastructure.ReadModels;
using Chat.Projections;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace Chat.Bench;

/// <summary><c>beside</c>: what a rebuild in a process of its own does to live sends: their p99 without it and with it, in turns.</summary>
static class BesideBenchmark
{
    static readonly Option<int> Events = new("--events") { DefaultValueFactory = static _ => 100_000 };
    static readonly Option<int> Rate = new("--rate") { DefaultValueFactory = static _ => 2_000, Description = "Of the rebuild, events a second." };
    static readonly Option<int> Sends = new("--sends") { DefaultValueFactory = static _ => 200, Description = "Live sends a second." };
    static readonly Option<int> Seconds = new("--seconds") { DefaultValueFactory = static _ => 10 };
    static readonly Option<int> Rounds = new("--rounds") { DefaultValueFactory = static _ => 3 };

    const long WarmEvents = 4_000; // a process that has just started is busy with itself

    public static Command Create()
    {
        var command = new Command("beside", "Live sends while timeline and inbox are rebuilt (target: p99 at most 1.5 × that without).") { Events, Rate, Sends, Seconds, Rounds };
        command.SetAction(Run);
        return command;
    }

    static async Task<int> Run(ParseResult given, CancellationToken ct)
    {
        await using var database = await BenchDatabase.Create();
        using var host = await BenchHost.Start(database, also: static services => services.AddProjectionRunners());
        await GeneratedLog.Fill(host.Services, given.GetValue(Events), 50);
        var (ann, rooms) = await Rooms(host.Services, 20, ct);
        await host.Services.GetRequiredService<ReadModelProgress>().Reach(await host.Services.GetRequiredService<IEventLog>().Head(ct), ["timeline", "inbox"], ct);

        async Task<double> Measure() => await P99(host.Services.GetRequiredService<ConversationStreams>(), ann, rooms, given.GetValue(Sends), given.GetValue(Seconds), ct);
        _ = await Measure(); // warm
        var (without, with) = (new List<double>(), new List<double>());
        for (var round = 0; round < given.GetValue(Rounds); round++)
        {
            without.Add(await Measure());
            using var rebuild = Rebuild(database.ConnectionString, given.GetValue(Rate));
            await Begun(database, rebuild, ct);
            with.Add(await Measure());
            if (rebuild.HasExited) throw new InvalidOperationException("The rebuild ended before the sends: more --events or a lower --rate.");
            rebuild.Kill();
            await rebuild.WaitForExitAsync(ct);
            await database.Execute("delete from read.checkpoints where not live; drop schema timeline_v2 cascade; drop schema inbox_v2 cascade");
            AnsiConsole.WriteLine($"p99 without {without[^1]:N1} ms, beside a rebuild {with[^1]:N1} ms");
        }
        AnsiConsole.WriteLine($"median: {Median(without):N1} ms and {Median(with):N1} ms, {Median(with) / Median(without):N2} ×");
        await host.StopAsync(ct);
        return 0;
    }

    static async Task<(UserId By, List<ConversationId> Rooms)> Rooms(IServiceProvider services, int count, CancellationToken ct)
    {
        var people = Enumerable.Range(0, 10).Select(static _ => new UserId(Guid.CreateVersion7())).ToList();
        foreach (var person in people) await services.GetRequiredService<IPersonalKeys>().Create(person, ct);
        var rooms = Enumerable.Range(0, count).Select(static _ => new ConversationId(Guid.CreateVersion7())).ToList();
        foreach (var room in rooms)
        {
            await services.GetRequiredService<ConversationStreams>().Transact(
                new StartConversation { Conversation = room, By = people[0], Kind = ConversationKind.Group, Name = "live", Members = [.. people.Skip(1)] }, ct);
        }
        return (people[0], rooms);
    }

    /// <summary>Milliseconds from when a send was due to its acknowledgement.</summary>
    static async Task<double> P99(ConversationStreams streams, UserId by, List<ConversationId> rooms, int perSecond, int seconds, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        var sends = new List<Task<double>>();
        for (var i = 0; i < perSecond * seconds; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / perSecond);
            if (due - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } early) await Task.Delay(early, ct);
            sends.Add(Send(rooms[i % rooms.Count], due));
        }
        var took = await Task.WhenAll(sends);
        Array.Sort(took);
        return took[took.Length * 99 / 100];

        async Task<double> Send(ConversationId room, TimeSpan due)
        {
            await streams.Transact(new SendMessage { Conversation = room, By = by, Message = new(Guid.CreateVersion7()), ClientMessage = new(Guid.NewGuid()), Body = new(new string('x', 120)) }, ct);
            return (Stopwatch.GetElapsedTime(started) - due).TotalMilliseconds;
        }
    }

    static Process Rebuild(string connectionString, int rate)
    {
        // bench/Chat.Bench/bin/<configuration>/net10.0: the command of the same configuration
        var command = Path.GetFullPath(Path.Combine(
            AppContext.BaseDirectory, "../../../../../Chat.Projections/bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0/chat-projections.dll"));
        var start = new ProcessStartInfo(
            "dotnet", [command, "rebuild", "timeline", "inbox", "--no-switch", "--rate", $"{rate}"])
        { RedirectStandardError = true };
        start.Environment["ConnectionStrings__Postgres"] = connectionString;
        start.Environment["Keys__MasterKey"] = Convert.ToBase64String(new byte[32]);
        var process = Process.Start(start)!;
        process.BeginErrorReadLine();
        return process;
    }

    static async Task Begun(BenchDatabase database, Process rebuild, CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand("select coalesce(max(commit_position), 0) from read.partitions");
        while ((long)(await command.ExecuteScalarAsync(ct))! < WarmEvents)
        {
            if (rebuild.HasExited) throw new InvalidOperationException($"The rebuild ended with {rebuild.ExitCode}.");
            await Task.Delay(20, ct);
        }
    }

    static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
