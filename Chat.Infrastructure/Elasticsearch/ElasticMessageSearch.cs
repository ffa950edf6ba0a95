using System.Text.Json;
using System.Text.Json.Nodes;
using Chat.Application.Search;
using Chat.Infrastructure.ReadModels;
using Chat.Infrastructure.Search;
using Microsoft.Extensions.Options;

namespace Chat.Infrastructure.Elasticsearch;

/// <summary>The engine "elasticsearch".</summary>
public sealed class ElasticMessageSearch(ElasticClient client, ElasticIndex index, Checkpoints checkpoints, IOptions<SearchOptions> options, TimeProvider time) : IMessageSearch
{
    /// <summary>Places with a beginning of their own in one request; the engine bounds the clauses of a query.</summary>
    const int MaxPlaces = 400;

    static readonly TimeSpan Known = TimeSpan.FromSeconds(1);

    (Checkpoint Generation, DateTimeOffset Until)? live;

    public async Task<SearchPage> Find(SearchRequest request, CancellationToken ct)
    {
        var cursor = request.Cursor is null ? null : ElasticCursor.Read(request.Cursor, request.Order);
        var target = index.NameOf(await Live(ct));
        var whole = request.Within.Where(static place => place.From == 0).ToList();
        var parts = request.Within.Where(static place => place.From > 0).Chunk(MaxPlaces).Select(static places => places.ToList()).ToList();
        if (parts.Count == 0) parts.Add([]);
        parts[0].AddRange(whole);

        // a score does not depend on what else is looked for, so pages of parts make a page of the whole
        var pages = await Task.WhenAll(parts.Select(places => Search(target, request, places, cursor, ct)));
        var hits = pages.SelectMany(static page => page.Hits).Order(ElasticHit.By(request.Order)).ToList();
        var (total, exact) = cursor is null ? (pages.Sum(static page => page.Total), pages.All(static page => page.Exact)) : (cursor.Total, cursor.Exact);
        return new([.. hits.Take(request.Limit).Select(static hit => hit.Hit)], total, exact,
            hits.Count > request.Limit ? new ElasticCursor(hits[request.Limit - 1].Sort, total, exact).Write(request.Order) : null);
    }

    public async Task Show(CancellationToken ct) => await index.Refresh(await Live(ct), ct);

    async Task<(List<ElasticHit> Hits, long Total, bool Exact)> Search(string target, SearchRequest request, List<SearchPlace> within, ElasticCursor? cursor, CancellationToken ct)
    {
        var mark = $"\u0001{Guid.NewGuid():N}\u0001"; // nobody can have written it
        var query = ElasticQuery.Of(request, within, options.Value.LanguageList, cursor?.After(), mark);
        using var answer = await client.Send(HttpMethod.Post, $"{target}/_search?allow_partial_search_results=false", ElasticIndex.Utf8(query), options.Value.Timeout, ct)
            ?? throw new SearchUnavailableException("The index is not there.");
        var found = answer.RootElement.GetProperty("hits");
        var total = found.GetProperty("total");
        return ([.. found.GetProperty("hits").EnumerateArray().Select(hit => ElasticHit.Read(hit, mark, request.Query.Terms))], total.GetProperty("value").GetInt64(), total.GetProperty("relation").GetString() == "eq");
    }

    async Task<Checkpoint> Live(CancellationToken ct)
    {
        if (live is { } known && known.Until > time.GetUtcNow()) return known.Generation;
        var generation = (await checkpoints.All(ct)).Single(static checkpoint => checkpoint.Live && checkpoint.Projection == ElasticIndex.Model.Name);
        live = (generation, time.GetUtcNow() + Known);
        return generation;
    }
}

/// <summary>A hit and what it was sorted by.</summary>
sealed record ElasticHit(MessageHit Hit, JsonArray Sort)
{
    // The engine marks the words that it found, in whatever form; where they stand, and what belongs together, is said as for any engine.
    public static ElasticHit Read(JsonElement hit, string mark, IReadOnlyList<SearchTerm> terms)
    {
        var document = hit.GetProperty("_source").Deserialize(ElasticJson.Default.ElasticDocument)!;
        var found = hit.TryGetProperty("highlight", out var fields)
            ? fields.EnumerateObject().SelectMany(static field => field.Value.EnumerateArray()).SelectMany(text => Words(text.GetString()!, mark)).ToHashSet()
            : [];
        var highlights = Highlighter.Mark(document.Text!, terms, (term, word, text) => Highlighter.Literally(term, word, text) || (term.IsLoose && found.Contains(text)));
        return new(
            new(new(document.Conversation), document.Sequence, new(document.Message), new(document.Sender), document.At, document.Text!, highlights),
            JsonSerializer.Deserialize<JsonArray>(hit.GetProperty("sort"))!);
    }

    public static IComparer<ElasticHit> By(SearchOrder order) => Comparer<ElasticHit>.Create(order is SearchOrder.Oldest
        ? static (one, other) => Compare(one, other)
        : static (one, other) => Compare(other, one));

    // As the engine sorts them. A score comes first where there is one.
    static int Compare(ElasticHit one, ElasticHit other) => (one.Score, one.At, one.Conversation, one.Sequence).CompareTo((other.Score, other.At, other.Conversation, other.Sequence));

    double Score => Sort.Count == 4 ? Sort[0]!.GetValue<double>() : 0;
    long At => Sort[^3]!.GetValue<long>();
    string Conversation => Sort[^2]!.GetValue<string>();
    long Sequence => Sort[^1]!.GetValue<long>();

    // the text has a mark before and after each of them
    static IEnumerable<string> Words(string marked, string mark) =>
        marked.Split(mark).Where(static (_, i) => i % 2 == 1).SelectMany(SearchText.Tokens).Select(static token => token.Text);
}
