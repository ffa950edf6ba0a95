using System.Text.Json.Nodes;
using Chat.Application.Search;
using Chat.Domain;

namespace Chat.Infrastructure.Elasticsearch;

/// <summary>A search in the engine's query language. User text only ever stands in values, where nothing in it is an operator.</summary>
static class ElasticQuery
{
    /// <summary>Beyond this, counting stops.</summary>
    public const int Most = 10_000;

    const int MaxExpansions = 50;

    /// <param name="within">Some of the request's places.</param>
    /// <param name="after">Sort values of the last hit of the page before.</param>
    /// <param name="mark">Put around what is found.</param>
    public static JsonObject Of(SearchRequest request, IReadOnlyList<SearchPlace> within, IReadOnlyList<string> languages, JsonArray? after, string mark)
    {
        var query = new JsonObject
        {
            ["query"] = new JsonObject
            {
                ["bool"] = new JsonObject
                {
                    ["must"] = Array(request.Query.Terms.Select(term => Term(term, request.Corrected, languages))),
                    ["filter"] = Array(Filters(request, within)),
                    ["must_not"] = Term("deleted", true),
                },
            },
            ["size"] = request.Limit + 1,
            ["track_total_hits"] = Most,
            ["sort"] = Sort(request.Order),
            ["_source"] = true,
            ["highlight"] = new JsonObject
            {
                ["number_of_fragments"] = 0,
                ["pre_tags"] = new JsonArray(mark),
                ["post_tags"] = new JsonArray(mark),
                ["fields"] = Array(Fields(languages).Select(static field => new JsonObject { [field] = new JsonObject() })),
            },
        };
        if (after is not null) query["search_after"] = after;
        return query;
    }

    /// <summary>What a user has written and can still be found.</summary>
    public static JsonObject WrittenBy(UserId user, int limit) => new()
    {
        ["query"] = new JsonObject { ["bool"] = new JsonObject { ["filter"] = Term("sender", user.Value), ["must_not"] = Term("deleted", true) } },
        ["size"] = limit,
        ["_source"] = true,
    };

    static IEnumerable<string> Fields(IReadOnlyList<string> languages) => languages.Select(ElasticMapping.StemField).Prepend("text");

    // The engine cuts the text itself; words that must stand side by side for it to be found stay side by side.
    static JsonObject Term(SearchTerm term, bool corrected, IReadOnlyList<string> languages) => term switch
    {
        { Words: [{ Prefix: true } word] } when term.Text.EndsWith('*') => Of("prefix", "text", new() { ["value"] = word.Text }),
        { Words: [.., { Prefix: true }] } when term.Text.EndsWith('*') => Of("match_phrase_prefix", "text", new() { ["query"] = Phrase(term), ["max_expansions"] = MaxExpansions }),
        { IsForgiven: true } when corrected => Of("match", "text", new() { ["query"] = term.Text, ["fuzziness"] = "AUTO:4,6", ["prefix_length"] = 1, ["max_expansions"] = MaxExpansions }),
        { IsLoose: true } => new()
        {
            ["multi_match"] = new JsonObject { ["query"] = term.Text, ["type"] = "phrase", ["fields"] = Array(Fields(languages).Select(static field => JsonValue.Create(field is "text" ? "text^2" : field))) },
        },
        _ => Of("match_phrase", "text", new() { ["query"] = Phrase(term) }),
    };

    // A run of Chinese, Japanese or Korean is asked for by its pairs, which are one fewer than its characters; so where something follows it, its
    // characters stand apart, each at the place that it has in the index.
    static string Phrase(SearchTerm term)
    {
        var (text, tokens) = (term.Text, SearchText.Tokens(term.Text));
        if (tokens.SkipLast(1).All(static token => token.Kind is TokenKind.Pair)) return text;
        for (var i = tokens.Count - 2; i >= 0; i--)
        {
            if (tokens[i].Kind is TokenKind.Pair) text = text.Insert(tokens[i + 1].Start, " ");
        }
        return text;
    }

    static IEnumerable<JsonObject> Filters(SearchRequest request, IReadOnlyList<SearchPlace> within)
    {
        yield return new() { ["bool"] = new JsonObject { ["should"] = Array(Places(within)), ["minimum_should_match"] = 1 } };
        if (request.Senders is { } senders) yield return Terms("sender", senders.Select(static sender => sender.Value));
        foreach (var mark in ElasticDocument.NamesOf(request.Query.Has)) yield return Term("has", mark);
        if (request.Query.Pinned) yield return Term("pinned", true);
        if (request.Query.Before is { } before) yield return Of("range", "at", new() { ["lt"] = before });
        if (request.Query.After is { } after) yield return Of("range", "at", new() { ["gte"] = after });
    }

    static IEnumerable<JsonObject> Places(IReadOnlyList<SearchPlace> within)
    {
        yield return Terms("conversation", within.Where(static place => place.From == 0).Select(static place => place.Conversation.Value));
        foreach (var place in within.Where(static place => place.From > 0))
        {
            yield return new()
            {
                ["bool"] = new JsonObject { ["filter"] = new JsonArray(Term("conversation", place.Conversation.Value), Of("range", "sequence", new() { ["gte"] = place.From })) },
            };
        }
    }

    static JsonArray Sort(SearchOrder order)
    {
        var direction = order is SearchOrder.Oldest ? "asc" : "desc";
        string[] fields = order is SearchOrder.Relevance ? ["_score", "at", "conversation", "sequence"] : ["at", "conversation", "sequence"];
        return Array(fields.Select(field => new JsonObject { [field] = direction }));
    }

    static JsonObject Of(string kind, string field, JsonObject with) => new() { [kind] = new JsonObject { [field] = with } };

    static JsonObject Term<T>(string field, T value) => new() { ["term"] = new JsonObject { [field] = JsonValue.Create(value) } };

    static JsonObject Terms(string field, IEnumerable<Guid> values) => new() { ["terms"] = new JsonObject { [field] = Array(values.Select(static value => JsonValue.Create(value))) } };

    static JsonArray Array(IEnumerable<JsonNode?> nodes) => new([.. nodes]);
}
