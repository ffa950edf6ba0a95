using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Chat.Infrastructure.ReadModels;

namespace Chat.Infrastructure.Elasticsearch;

/// <summary>Two generations side by side: both indices are read in the order of their keys.</summary>
public sealed partial class ElasticIndex
{
    const int ComparisonPage = 1_000;

    public async Task<(long Rows, List<Difference> Differences)> Compare(Checkpoint subject, Checkpoint folded, CancellationToken ct)
    {
        var (rows, differences) = (0L, new List<Difference>());
        await using var found = Everything(NameOf(subject), ct).GetAsyncEnumerator(ct);
        await using var expected = Everything(NameOf(folded), ct).GetAsyncEnumerator(ct);
        var (one, other) = (await Next(found), await Next(expected));
        while (one is not null || other is not null)
        {
            var order = one is null ? 1 : other is null ? -1 : one.Key.CompareTo(other.Key);
            if (order > 0) Differs(other!, "is missing");
            else if (order < 0) Differs(one!, "should not be there");
            else if (one!.Source != other!.Source) Differs(one, "differs");
            if (order <= 0)
            {
                rows++;
                one = await Next(found);
            }
            if (order >= 0) other = await Next(expected);
        }
        return (rows, differences);

        void Differs(Row row, string what) => differences.Add(new("documents", $"{row.Key.Conversation} {row.Key.Sequence}", what));

        static async Task<Row?> Next(IAsyncEnumerator<Row> rows) => await rows.MoveNextAsync() ? rows.Current : null;
    }

    public async Task Drop(Checkpoint generation, CancellationToken ct)
    {
        using var deleted = await client.Send(HttpMethod.Delete, NameOf(generation), default, AdminTimeout, ct);
    }

    // The order of the engine's keywords is that of their UTF-8, which for ids is the ordinal one.
    sealed record Row(RowKey Key, string Source);

    readonly record struct RowKey(string Conversation, long Sequence) : IComparable<RowKey>
    {
        public int CompareTo(RowKey other) => string.CompareOrdinal(Conversation, other.Conversation) is not 0 and var order ? order : Sequence.CompareTo(other.Sequence);
    }

    async IAsyncEnumerable<Row> Everything(string index, [EnumeratorCancellation] CancellationToken ct)
    {
        using (await client.Send(HttpMethod.Post, $"{index}/_refresh", default, AdminTimeout, ct)) { }
        JsonArray? after = null;
        while (true)
        {
            var query = new JsonObject { ["size"] = ComparisonPage, ["sort"] = new JsonArray("conversation", "sequence"), ["track_total_hits"] = false };
            if (after is not null) query["search_after"] = after.DeepClone();
            using var answer = await client.Send(HttpMethod.Post, $"{index}/_search?allow_partial_search_results=false", Utf8(query), options.Value.BulkTimeout, ct);
            if (answer is null) yield break; // nothing was ever written to this generation
            var hits = answer.RootElement.GetProperty("hits").GetProperty("hits");
            foreach (var hit in hits.EnumerateArray())
            {
                var source = hit.GetProperty("_source");
                yield return new(new(source.GetProperty("conversation").GetString()!, source.GetProperty("sequence").GetInt64()), source.GetRawText());
                after = JsonNode.Parse(hit.GetProperty("sort").GetRawText())!.AsArray();
            }
            if (hits.GetArrayLength() < ComparisonPage) yield break;
        }
    }
}
