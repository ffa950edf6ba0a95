using System.CommandLine;
using System.Diagnostics;
using Chat.Application.Timeline;
using Chat.Domain;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace Chat.Bench;

/// <summary><c>history</c>: pages of 50 at random places of a conversation of a million messages.</summary>
static class HistoryBenchmark
{
    const int Page = 50;

    static readonly Option<int> Messages = new("--messages") { DefaultValueFactory = static _ => 1_000_000 };
    static readonly Option<int> Pages = new("--pages") { DefaultValueFactory = static _ => 2_000 };

    public static Command Create()
    {
        var command = new Command("history", "Reads pages of 50 out of a long conversation (target: p99 10 ms).") { Messages, Pages };
        command.SetAction(Run);
        return command;
    }

    static async Task<int> Run(ParseResult given, CancellationToken ct)
    {
        await using var database = await BenchDatabase.Create();
        using var host = await BenchHost.Start(database);
        var (room, reader, count) = (Guid.NewGuid(), Guid.NewGuid(), given.GetValue(Messages));
        await database.Execute($$"""
            insert into timeline_v1.conversations values ('{{room}}', {{count}}, false);
            insert into timeline_v1.visibility values ('{{room}}', '{{reader}}', 1, null);
            insert into timeline_v1.entries (conversation, sequence, kind, sender, at, version, message, pinned, content)
            select '{{room}}', n, 0, '{{reader}}', now(), n, m.id, false, json_build_object('id', m.id, 'clientMessage', m.id, 'text', repeat('x', 120), 'mentions', '[]'::json, 'reactions', '[]'::json)
            from generate_series(1, {{count}}) n cross join lateral (select gen_random_uuid() as id where n > 0) m;
            """);
        await database.Execute("vacuum analyze timeline_v1.entries");

        var timeline = host.Services.GetRequiredService<ITimelineReader>();
        var (random, times) = (new Random(1), new List<double>());
        for (var i = 0; i < given.GetValue(Pages); i++)
        {
            var at = random.Next(1, count);
            HistoryRange range = (i % 4) switch { 0 => new HistoryRange.Newest(), 1 => new HistoryRange.Before(at), 2 => new HistoryRange.After(at), _ => new HistoryRange.Around(at) };
            var started = Stopwatch.GetTimestamp();
            var page = await timeline.Page(new UserId(reader), new ConversationId(room), range, Page, ct);
            if (i >= 100) times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds); // plans and JIT before that
            if (page is null || page.Entries.Count == 0) throw new InvalidOperationException("An empty page.");
        }
        times.Sort();
        AnsiConsole.WriteLine($"{times.Count:N0} pages of {Page} out of {count:N0} messages: p50 {times[times.Count / 2]:N2} ms, p99 {times[times.Count * 99 / 100]:N2} ms");
        await host.StopAsync(ct);
        return 0;
    }
}
