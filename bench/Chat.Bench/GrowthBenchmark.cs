using System.CommandLine;
using System.Diagnostics;
using Chat.Application.Log;
using Chat.Bench.Api;
using Chat.Bench.Load;
using Chat.Domain;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace Chat.Bench;

/// <summary><c>growth</c>: what sending and reading cost as a conversation grows, and as there are more conversations; all in one database, in turns.</summary>
static class GrowthBenchmark
{
    const int People = 10;
    const int EventsOfEach = 30; // where conversations are counted
    const int AtOnce = 32;
    const int Pages = 1_000; // of each size, a round

    static readonly Option<int[]> Events = new("--events") { Description = "Of a conversation.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = static _ => [10_000, 100_000, 1_000_000] };
    static readonly Option<int[]> Conversations = new("--conversations") { AllowMultipleArgumentsPerToken = true, DefaultValueFactory = static _ => [10, 1_000, 10_000] };
    static readonly Option<int> Rounds = new("--rounds") { DefaultValueFactory = static _ => 5 };
    static readonly Option<int> Seconds = new("--seconds") { Description = "Of sending, a round and size.", DefaultValueFactory = static _ => 4 };

    public static Command Create()
    {
        var command = new Command("growth", "Sends a second and history pages as conversations grow in length and number (target: flat within 20 %).") { Events, Conversations, Rounds, Seconds };
        command.SetAction(Run);
        return command;
    }

    static async Task<int> Run(ParseResult given, CancellationToken ct)
    {
        await using var database = await BenchDatabase.Create();
        await using var chat = await ServerProcess.Chat(database);
        using var http = new HttpClient { BaseAddress = chat.Address };
        var people = await new ChatSide("chat", chat, http).People(People);
        var members = people.ConvertAll(static person => new UserId(person.UserId));

        var sizes = new List<Size>();
        using (var host = await BenchHost.Start(database))
        {
            foreach (var events in given.GetRequiredValue(Events)) sizes.Add(new($"{events:N0} events in a conversation", await GeneratedLog.Fill(host.Services, members, [events])));
            foreach (var count in given.GetRequiredValue(Conversations)) sizes.Add(new($"{count:N0} conversations", await GeneratedLog.Fill(host.Services, members, [.. Enumerable.Repeat(EventsOfEach, count)])));
            await Projected(database, await host.Services.GetRequiredService<IEventLog>().Head(ct), ct);
            await host.StopAsync(ct);
        }
        await database.Execute("vacuum analyze");
        foreach (var size in sizes) await size.Use(people);
        var processors = new ProcessorTimes(await database.ServerProcessIds());

        for (var round = 0; round <= given.GetValue(Rounds); round++)
        {
            var sends = new List<Sending>();
            foreach (var size in sizes)
            {
                var before = processors.Now(chat);
                var (sent, took) = await Sends(people, size, TimeSpan.FromSeconds(given.GetValue(Seconds)));
                var spent = processors.Now(chat) - before;
                sends.Add(new(sent / took.TotalSeconds, spent.Server.TotalMicroseconds / sent, spent.Database.TotalMicroseconds / sent));
            }
            var pages = await PageP99s(people, sizes);
            if (round == 0) continue; // warm
            foreach (var (size, sending, page) in sizes.Zip(sends, pages))
            {
                size.Measured.Add((sending, page));
                AnsiConsole.WriteLine($"{round}: {size.Name}: {sending.Rate:N0} sends/s (server {sending.Server:N0}, database {sending.Database:N0} µs each), history p99 {page:N1} ms");
            }
        }
        Report(sizes.Take(given.GetRequiredValue(Events).Length));
        Report(sizes.Skip(given.GetRequiredValue(Events).Length));
        return 0;
    }

    /// <param name="Server">µs of processor a send; what the projections still had to do of the size before is among them.</param>
    sealed record Sending(double Rate, double Server, double Database);

    sealed record Size(string Name, IReadOnlyList<Guid> Rooms)
    {
        public List<(Sending Sends, double PageP99)> Measured { get; } = [];

        /// <summary>Once in each: a node reads a conversation when it first meets it, however many there are.</summary>
        public Task Use(List<ChatClient> people) => Parallel.ForEachAsync(Rooms, new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (room, _) => await people[0].Send(room, Guid.NewGuid(), "first", null));
    }

    static async Task Projected(BenchDatabase database, LogPosition head, CancellationToken ct)
    {
        await using var behind = database.Source.CreateCommand("select count(*) from read.checkpoints where live and commit_position < $1");
        behind.Parameters.Add(new() { Value = (long)head.Commit });
        while ((long)(await behind.ExecuteScalarAsync(ct))! > 0) await Task.Delay(500, ct);
    }

    static async Task<(int Sent, TimeSpan Took)> Sends(List<ChatClient> people, Size size, TimeSpan length)
    {
        var (sent, started, text) = (0, Stopwatch.GetTimestamp(), new string('x', 120));
        await new Pace.Closed(AtOnce).Run(length, async (i, _) =>
        {
            await people[(int)(i % People)].Send(size.Rooms[(int)(i * 7_919 % size.Rooms.Count)], Guid.NewGuid(), text, null);
            Interlocked.Increment(ref sent);
        });
        return (sent, Stopwatch.GetElapsedTime(started));
    }

    // A page of each size and again, so that what else the machine does meets all of them.
    static async Task<IEnumerable<double>> PageP99s(List<ChatClient> people, List<Size> sizes)
    {
        var times = sizes.ConvertAll(static _ => new List<double>(Pages));
        for (var i = 0; i < Pages; i++)
        {
            for (var size = 0; size < sizes.Count; size++)
            {
                var rooms = sizes[size].Rooms;
                var started = Stopwatch.GetTimestamp();
                await people[i % People].Newest(rooms[i * 7_919 % rooms.Count]);
                times[size].Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }
        return times.Select(static of => of.Order().ElementAt(Pages * 99 / 100));
    }

    static void Report(IEnumerable<Size> sizes)
    {
        var first = sizes.First();
        foreach (var size in sizes)
        {
            AnsiConsole.WriteLine($"{size.Name}: {Median(size, static m => m.Sends.Rate):N0} sends/s "
                + $"(server {Median(size, static m => m.Sends.Server):N0}, database {Median(size, static m => m.Sends.Database):N0} µs each), history p99 {Median(size, static m => m.PageP99):N1} ms; ÷ {first.Name}: "
                + $"{Share(size, first, static m => m.Sends.Rate):N2} and {Share(size, first, static m => m.PageP99):N2}");
        }
    }

    static double Median(Size size, Func<(Sending Sends, double PageP99), double> value) => size.Measured.Select(value).Order().ElementAt(size.Measured.Count / 2);

    // round by round
    static double Share(Size size, Size first, Func<(Sending Sends, double PageP99), double> value) =>
        size.Measured.Zip(first.Measured, (one, other) => value(one) / value(other)).Order().ElementAt(size.Measured.Count / 2);
}
