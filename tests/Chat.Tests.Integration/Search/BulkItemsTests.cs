using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Chat.Application.Log;
using Chat.Infrastructure.Elasticsearch;
using Chat.Infrastructure.ReadModels;
using Chat.Tests.Integration.Projections;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Tests.Integration.Search;

/// <summary>A _bulk that is answered with 200 may still have taken only half of it: every item counts.</summary>
public sealed class BulkItemsTests
{
    static readonly Dictionary<string, string?> Settings = new() { ["Search:Engine"] = "elasticsearch", ["Search:Elasticsearch:Nodes"] = "http://engine:9200" };

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static Task<ReadSide> Start(Engine engine) => ReadSide.Start(settings: Settings,
        also: services => services.AddHttpClient(ElasticClient.Name).ConfigurePrimaryHttpMessageHandler(() => engine));

    [Fact]
    public async Task a_document_that_is_refused_stops_the_index_there_with_a_reason_and_passes_only_by_a_skip()
    {
        var engine = new Engine { StatusOf = static text => text == "bad" ? 400 : 201 };
        await using var chat = await Start(engine);
        var ann = await chat.Register("ann");
        var room = await chat.Start(ann);
        await chat.Send(room, ann, "good");
        var bad = await chat.Send(room, ann, "bad");
        await chat.Send(room, ann, "better");

        var checkpoints = chat.Get<Checkpoints>();
        List<(string Projection, string Position, string Reason)> failures;
        while ((failures = await checkpoints.Failures(Ct)).Count == 0) await Task.Delay(50, Ct);
        var failure = Assert.Single(failures);
        Assert.Equal(("search_index", $"{bad.Position}"), (failure.Projection, failure.Position));
        Assert.Contains("good", engine.Taken);
        Assert.True((await checkpoints.All(Ct)).Single(static at => at.Projection == "search_index").Position < bad.Position);

        await checkpoints.Skip("search_index", bad.Position, "the engine will not have it", Ct);
        await chat.Settled();
        Assert.Equal(["better", "good"], engine.Taken.Distinct().Order());
    }

    [Fact]
    public async Task a_document_that_finds_no_room_is_brought_again()
    {
        var refusals = 2;
        var engine = new Engine { StatusOf = text => text == "late" && Interlocked.Decrement(ref refusals) >= 0 ? 429 : 201 };
        await using var chat = await Start(engine);
        var ann = await chat.Register("ann");
        var room = await chat.Start(ann);
        await chat.Send(room, ann, "late");
        await chat.Settled();
        Assert.Contains("late", engine.Taken);
        Assert.Empty(await chat.Get<Checkpoints>().Failures(Ct));
    }

    [Fact]
    public async Task one_that_is_there_already_counts_as_taken()
    {
        var engine = new Engine { StatusOf = static _ => 409 };
        await using var chat = await Start(engine);
        var ann = await chat.Register("ann");
        await chat.Send(await chat.Start(ann), ann, "twice");
        await chat.Settled();
        Assert.Empty(await chat.Get<Checkpoints>().Failures(Ct));
    }

    sealed class Engine : HttpMessageHandler
    {
        public required Func<string?, int> StatusOf { get; init; }
        public ConcurrentBag<string> Taken { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!request.RequestUri!.AbsolutePath.EndsWith("_bulk", StringComparison.Ordinal)) return Json("{}");
            var lines = (await request.Content!.ReadAsStringAsync(cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return Json(JsonSerializer.Serialize(new { items = lines.Where(static (_, i) => i % 2 == 1).Select(line => new { index = Item(line) }) }));
        }

        object Item(string document)
        {
            var text = JsonDocument.Parse(document).RootElement.GetProperty("text").GetString();
            var status = StatusOf(text);
            if (status == 201) Taken.Add(text!);
            return status < 300 ? new { _id = "1", status } : new { _id = "1", status, error = new { type = "some_exception" } };
        }

        static HttpResponseMessage Json(string json) => new(HttpStatusCode.OK) { Content = new StringContent(json) };
    }
}
