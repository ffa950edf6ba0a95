using System.CommandLine;
using System.Diagnostics;
using Chat.Application.Keys;
using Chat.Application.Log;
using Chat.Application.Search;
using Chat.Domain;
using Chat.Infrastructure.Elasticsearch;
using Chat.Infrastructure.ReadModels;
using Chat.Projections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Spectre.Console;

namespace Chat.Bench.Search;

/// <summary><c>search</c>: real talk is indexed and searched, by PostgreSQL and, where one is named, by an Elasticsearch.</summary>
static class SearchBenchmark
{
    static readonly Option<DirectoryInfo> Logs = new Option<DirectoryInfo>("--from") { Description = "A folder of *.raw.txt logs.", Required = true }.AcceptExistingOnly();
    static readonly Option<int> Messages = new("--messages") { DefaultValueFactory = static _ => 1_000_000 };
    static readonly Option<int> Conversations = new("--conversations") { Description = "The searcher is in fifty of them.", DefaultValueFactory = static _ => 500 };
    static readonly Option<int> Queries = new("--queries") { DefaultValueFactory = static _ => 900 };
    static readonly Option<string?> Engine = new("--elasticsearch") { Description = "Address of a node." };

    public static Command Create()
    {
        var command = new Command("search", "Indexes IRC logs and searches them (targets: 5,000 messages/s and p95 50 ms in PostgreSQL).") { Logs, Messages, Conversations, Queries, Engine };
        command.SetAction(Run);
        return command;
    }

    static async Task<int> Run(ParseResult given, CancellationToken ct)
    {
        await using var database = await BenchDatabase.Create();
        var (reader, other) = (new UserId(Guid.CreateVersion7()), new UserId(Guid.CreateVersion7()));
        var corpus = IrcCorpus.Read(given.GetValue(Logs)!.FullName);
        var queries = SearchMix.Of(corpus.Texts, given.GetValue(Queries));
        using (var host = await BenchHost.Start(database))
        {
            var keys = host.Services.GetRequiredService<IPersonalKeys>();
            await keys.Create(reader, ct);
            await keys.Create(other, ct);
            await corpus.Write(host.Services, reader, other, given.GetValue(Messages), given.GetValue(Conversations), ct);
            foreach (var model in new[] { "timeline", "directory" }) await Index(host.Services, model, ct);
            Report("PostgreSQL: indexing", given.GetValue(Messages) / (await Index(host.Services, "search", ct)).TotalSeconds);
            await database.Execute("vacuum analyze");
            var (took, _) = await Ask(host.Services, reader, queries, null, ct);
            Report("PostgreSQL: search", took);
            await host.StopAsync(ct);
        }
        if (given.GetValue(Engine) is { } engine) await WithEngine(engine, database, reader, queries, given.GetValue(Messages), ct);
        return 0;
    }

    static async Task WithEngine(string engine, BenchDatabase database, UserId reader, IReadOnlyList<SearchQuery> queries, int messages, CancellationToken ct)
    {
        var prefix = $"bench{Guid.NewGuid():N}"[..16];
        var watch = new EngineWatch();
        var settings = new Dictionary<string, string?>
        {
            ["Search:Engine"] = "elasticsearch", ["Search:Languages"] = "", ["Search:Elasticsearch:Nodes"] = engine, ["Search:Elasticsearch:IndexPrefix"] = prefix,
            ["Search:Elasticsearch:Replicas"] = "0", ["Search:Timeout"] = "00:00:10",
        };
        using var host = await BenchHost.Start(database, settings, services => services.AddHttpClient(ElasticClient.Name).AddHttpMessageHandler(() => watch));
        using var plain = new PlainBulk(new Uri(engine), prefix);
        try
        {
            foreach (var round in (string[])["to warm the engine up", "indexing"])
            {
                await database.Execute("delete from read.checkpoints where projection = 'search_index'; drop schema if exists search_index_v1 cascade");
                var took = await Index(host.Services, "search_index", ct);
                Report($"Elasticsearch, {round}", messages / took.TotalSeconds);
                Report($"Elasticsearch, {round}, plain _bulk of the same", await plain.Run(database, await plain.MappingOf(ct), ct));
            }
            await plain.Refresh(ct);
            var (times, own) = await Ask(host.Services, reader, queries, watch, ct);
            Report("Elasticsearch: search", times);
            Report("Elasticsearch: of that, the engine", own);
            Report("Elasticsearch: added to it", [.. times.Zip(own, static (all, engines) => all - engines)]);
        }
        finally
        {
            await plain.Clean();
            await host.StopAsync(CancellationToken.None);
        }
    }

    static async Task<TimeSpan> Index(IServiceProvider services, string model, CancellationToken ct)
    {
        var (log, checkpoints) = (services.GetRequiredService<IEventLog>(), services.GetRequiredService<Checkpoints>());
        var projection = services.GetServices<IProjection>().Single(projection => projection.Model.Name == model);
        var from = await checkpoints.Live(projection.Model, await log.Epoch(ct), ct);
        var started = Stopwatch.GetTimestamp();
        await services.GetRequiredService<LogFold>().Load([new(projection, from, await log.Head(ct))], new(), static (_, _) => { }, ct);
        return Stopwatch.GetElapsedTime(started);
    }

    // milliseconds a search, and what of them the engine took
    static async Task<(List<double> All, List<double> Engine)> Ask(
        IServiceProvider services, UserId reader, IReadOnlyList<SearchQuery> queries, EngineWatch? watch, CancellationToken ct)
    {
        var search = services.GetRequiredService<MemberSearch>();
        var (all, engine) = (new List<double>(), new List<double>());
        foreach (var (i, query) in queries.Index())
        {
            watch?.Reset();
            var started = Stopwatch.GetTimestamp();
            await search.Find(reader, null, query, SearchOrder.Relevance, null, 20, ct);
            if (i < queries.Count / 10) continue; // plans, caches and JIT before that
            all.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            engine.Add(watch?.Milliseconds ?? 0);
        }
        return (all, engine);
    }

    static void Report(string what, double rate) => AnsiConsole.WriteLine($"{what}: {rate:N0} messages/s");

    static void Report(string what, List<double> milliseconds)
    {
        var sorted = milliseconds.Order().ToList();
        AnsiConsole.WriteLine($"{what}: p50 {sorted[sorted.Count / 2]:N1} ms, p95 {sorted[sorted.Count * 95 / 100]:N1} ms, p99 {sorted[sorted.Count * 99 / 100]:N1} ms over {sorted.Count}");
    }
}

/// <summary>Adds up the time that requests to the engine take.</summary>
sealed class EngineWatch : DelegatingHandler
{
    long ticks;

    public double Milliseconds => TimeSpan.FromTicks(Interlocked.Read(ref ticks)).TotalMilliseconds;

    public void Reset() => Interlocked.Exchange(ref ticks, 0);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var response = await base.SendAsync(request, cancellationToken);
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        Interlocked.Add(ref ticks, Stopwatch.GetElapsedTime(started).Ticks);
        return response;
    }
}
