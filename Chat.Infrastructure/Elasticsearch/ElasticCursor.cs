using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Chat.Application.Search;

namespace Chat.Infrastructure.Elasticsearch;

/// <summary>What the last hit of a page was sorted by, and what the first page counted.</summary>
sealed record ElasticCursor(JsonArray Sort, long Total, bool Exact)
{
    const string Engine = "e1";

    public JsonArray After() => (JsonArray)Sort.DeepClone();

    public string Write(SearchOrder order) => Base64Url.EncodeToString(ElasticIndex.Utf8(new JsonArray(Engine, (int)order, After(), Total, Exact)));

    /// <exception cref="SearchCursorException">It is of another search, or of nobody.</exception>
    public static ElasticCursor Read(string text, SearchOrder order)
    {
        try
        {
            if (text.Length <= 512 && Base64Url.IsValid(text) && JsonNode.Parse(Base64Url.DecodeFromChars(text)) is JsonArray { Count: 5 } parts
                && Is(parts[0], Engine) && Is(parts[1], (int)order) && parts[2] is JsonArray sort && IsSort(sort, order)
                && parts[3] is JsonValue total && total.TryGetValue(out long count) && count >= 0 && parts[4] is JsonValue exact && exact.TryGetValue(out bool all))
            {
                return new(sort, count, all);
            }
        }
        catch (JsonException)
        {
            // said below
        }
        throw new SearchCursorException();
    }

    static bool Is<T>(JsonNode? node, T expected) where T : IEquatable<T> => node is JsonValue value && value.TryGetValue(out T? actual) && expected.Equals(actual);

    static bool IsSort(JsonArray sort, SearchOrder order)
    {
        if (order is SearchOrder.Relevance && !(sort.Count == 4 && sort[0] is JsonValue score && score.TryGetValue(out double value) && double.IsFinite(value))) return false;
        return (order is SearchOrder.Relevance ? 4 : 3) == sort.Count
            && sort[^3] is JsonValue at && at.TryGetValue(out long _) && sort[^2] is JsonValue conversation && conversation.TryGetValue(out Guid _)
            && sort[^1] is JsonValue sequence && sequence.TryGetValue(out long _);
    }
}
