using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Chat.Application.Search;
using Chat.Domain;
using Chat.Infrastructure.ReadModels;
using Chat.Infrastructure.Search;
using Microsoft.Extensions.Options;

namespace Chat.Infrastructure.Elasticsearch;

/// <summary>
/// The indices of the search projection, one a generation, named after it and the history of the log. Which one is live is said by the
/// projection's checkpoint, so that a switch is one transaction and no alias can disagree with it.
/// </summary>
public sealed partial class ElasticIndex(ElasticClient client, Checkpoints checkpoints, IOptions<ElasticOptions> options, IOptions<SearchOptions> search) : IForeignRows
{
    public static readonly ReadModel Model = new("search_index", [], static schema => $"create table {schema}.made (index text primary key);", Undivided: true, Unhurried: true);

    const int Created = 201, Overwritten = 200, Stale = 409, Busy = 429;
    const string Newer = "external", SameOrNewer = "external_gte";
    const int MaxBulk = 1_000;
    const int InFlight = 3; // one on its way, one in the engine, one being written down
    static readonly TimeSpan AdminTimeout = TimeSpan.FromSeconds(30);

    readonly ConcurrentDictionary<string, bool> prepared = [];

    string Template => $"{options.Value.IndexPrefix}-{Model.Name}";

    public string NameOf(Checkpoint generation) => $"{options.Value.IndexPrefix}-{generation.VersionedName}-{Epoch(generation)}";

    /// <summary>
    /// The index of the batch's generation is there. What a first batch that never committed left behind is thrown away; but once it was made, a
    /// missing one is no empty one: whoever took it away has to have it rebuilt.
    /// </summary>
    /// <exception cref="ElasticRejectedException">It is gone.</exception>
    public async Task Prepare(ReadBatch batch, CancellationToken ct)
    {
        var index = NameOf(batch.Start);
        if ((await batch.Query("select index from {schema}.made", static row => row.GetString(0), ct)).Contains(index))
        {
            if (prepared.ContainsKey(index)) return;
            using var there = await client.Send(HttpMethod.Head, index, default, AdminTimeout, ct) ?? throw new ElasticRejectedException($"Index {index}", 404, "(rebuild search_index)");
            prepared.TryAdd(index, true);
        }
        else
        {
            await Create(index, batch.Start.Live, ct);
            batch.Write("insert into {schema}.made values ($1)", new Npgsql.NpgsqlParameter { Value = index });
        }
        await Sweep(batch.Start, ct);
    }

    /// <summary>Documents as they stand, also those that no search shows yet.</summary>
    public async Task<List<SearchDocument>> Documents(Checkpoint generation, IReadOnlyCollection<(ConversationId Conversation, long Sequence)> keys, CancellationToken ct)
    {
        if (keys.Count == 0) return [];
        var ids = new JsonObject { ["ids"] = new JsonArray([.. keys.Select(static key => JsonValue.Create(ElasticDocument.IdOf(key.Conversation.Value, key.Sequence)))]) };
        using var answer = await client.Send(HttpMethod.Post, $"{NameOf(generation)}/_mget", Utf8(ids), options.Value.BulkTimeout, ct);
        return [.. Present(answer).GetProperty("docs").EnumerateArray().Where(static doc => doc.TryGetProperty("found", out var found) && found.GetBoolean())
            .Select(static doc => doc.GetProperty("_source").Deserialize(ElasticJson.Default.ElasticDocument)!.ToDocument())];
    }

    /// <summary>Writes whole documents, each given once, in any order. One that the index has in this version or a later one is left as it is.</summary>
    /// <exception cref="ElasticRejectedException">The engine will not take one of them.</exception>
    public Task Save(Checkpoint generation, IReadOnlyCollection<SearchDocument> documents, CancellationToken ct) => Parallel.ForEachAsync(
        documents.Chunk(MaxBulk), new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = ct },
        async (chunk, stop) => await Bulk(NameOf(generation), chunk, Newer, stop));

    /// <summary>
    /// Empties every document of a user, a page at a time; they keep their versions, so that nothing older comes back. Indices of generations that
    /// are gone, and may hold the words still, go too.
    /// </summary>
    public async Task Erase(Checkpoint generation, UserId user, CancellationToken ct)
    {
        var index = NameOf(generation);
        while (await WrittenBy(generation, user, ct) is { Length: > 0 } page) await Bulk(index, page, SameOrNewer, ct);
        await Sweep(generation, ct);
    }

    async Task<SearchDocument[]> WrittenBy(Checkpoint generation, UserId user, CancellationToken ct)
    {
        await Refresh(generation, ct);
        using var answer = await client.Send(HttpMethod.Post, $"{NameOf(generation)}/_search", Utf8(ElasticQuery.WrittenBy(user, MaxBulk)), options.Value.BulkTimeout, ct);
        return [.. Present(answer).GetProperty("hits").GetProperty("hits").EnumerateArray()
            .Select(static hit => hit.GetProperty("_source").Deserialize(ElasticJson.Default.ElasticDocument)!.ToDocument().Erased())];
    }

    /// <param name="versions">Which versions replace the one that is there.</param>
    async Task Bulk(string index, SearchDocument[] documents, string versions, CancellationToken ct)
    {
        var lines = new MemoryStream();
        foreach (var document in documents)
        {
            var id = ElasticDocument.IdOf(document.Conversation.Value, document.Sequence);
            JsonSerializer.Serialize(lines, new ElasticAction(new(id, document.Version, versions)), ElasticJson.Default.ElasticAction);
            lines.WriteByte((byte)'\n');
            JsonSerializer.Serialize(lines, ElasticDocument.Of(document), ElasticJson.Default.ElasticDocument);
            lines.WriteByte((byte)'\n');
        }
        using var answer = await client.Send(
            HttpMethod.Post, $"{index}/_bulk?filter_path=items.index._id,items.index.status,items.index.error.type", lines.GetBuffer().AsMemory(0, (int)lines.Length), options.Value.BulkTimeout, ct);
        var items = Present(answer).GetProperty("items");
        if (items.GetArrayLength() != documents.Length) throw new ElasticRejectedException("_bulk", Overwritten, "with another number of items");
        foreach (var item in items.EnumerateArray()) Check(item.GetProperty("index"));
    }

    static void Check(JsonElement item)
    {
        var status = item.GetProperty("status").GetInt32();
        if (status is Created or Overwritten or Stale) return;
        if (status is Busy or >= 500) throw new SearchUnavailableException($"The search engine cannot take a document now ({status}).");
        throw new ElasticRejectedException($"Document {item.GetProperty("_id").GetString()}", status, item.TryGetProperty("error", out var error) ? error.GetProperty("type").GetString() ?? "" : "");
    }

    public async Task Show(Checkpoint generation, CancellationToken ct)
    {
        using var set = await client.Send(HttpMethod.Put, $"{NameOf(generation)}/_settings", Utf8(Refreshed(options.Value.RefreshEvery)), AdminTimeout, ct);
        await Refresh(generation, ct);
    }

    /// <summary>Searches see what has been written to a generation.</summary>
    public async Task Refresh(Checkpoint generation, CancellationToken ct)
    {
        using var refreshed = await client.Send(HttpMethod.Post, $"{NameOf(generation)}/_refresh", default, options.Value.BulkTimeout, ct);
    }

    // What nobody reads yet is not made ready to be read all the time.
    async Task Create(string index, bool live, CancellationToken ct)
    {
        var template = ElasticMapping.Template($"{Template}*", options.Value, search.Value.LanguageList);
        using var put = await client.Send(HttpMethod.Put, $"_index_template/{Template}", Utf8(template), AdminTimeout, ct);
        using var deleted = await client.Send(HttpMethod.Delete, index, default, AdminTimeout, ct);
        using var created = await client.Send(HttpMethod.Put, index, live ? default : Utf8(new JsonObject { ["settings"] = Refreshed("-1") }), AdminTimeout, ct);
    }

    static JsonObject Refreshed(string every) => new() { ["index"] = new JsonObject { ["refresh_interval"] = every } };

    // Indices of generations that no checkpoint knows any more.
    async Task Sweep(Checkpoint current, CancellationToken ct)
    {
        var known = (await checkpoints.All(ct)).Append(current).Select(NameOf).ToHashSet();
        using var answer = await client.Send(HttpMethod.Get, $"{Template}*/_settings?filter_path=*.settings.index.uuid", default, AdminTimeout, ct);
        foreach (var index in Present(answer).EnumerateObject().Select(static property => property.Name))
        {
            // another history may be another installation's
            if (known.Contains(index) || !index.EndsWith(Epoch(current), StringComparison.Ordinal)) continue;
            using var deleted = await client.Send(HttpMethod.Delete, index, default, AdminTimeout, ct);
        }
    }

    static string Epoch(Checkpoint generation) => generation.Epoch.ToString("N")[..12];

    static JsonElement Present(JsonDocument? answer) => answer?.RootElement ?? throw new SearchUnavailableException("The index is not there.");

    internal static byte[] Utf8(JsonNode json) => JsonSerializer.SerializeToUtf8Bytes(json);
}
