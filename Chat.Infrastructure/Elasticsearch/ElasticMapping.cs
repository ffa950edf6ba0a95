using System.Text.Json.Nodes;

namespace Chat.Infrastructure.Elasticsearch;

/// <summary>How messages are indexed: the template that every index of ours is made from.</summary>
static class ElasticMapping
{
    /// <summary>Raised with every change; a change takes effect with the next rebuild.</summary>
    const int Version = 1;

    /// <summary>The field that holds the stems of a language.</summary>
    public static string StemField(string language) => $"text.{language}";

    public static JsonObject Template(string pattern, ElasticOptions options, IReadOnlyList<string> languages) => new()
    {
        ["index_patterns"] = new JsonArray(pattern),
        ["priority"] = 500,
        ["version"] = Version,
        ["template"] = new JsonObject
        {
            ["settings"] = new JsonObject
            {
                ["number_of_shards"] = options.Shards,
                ["number_of_replicas"] = options.Replicas,
                ["refresh_interval"] = options.RefreshEvery,
                ["analysis"] = Analysis(languages),
            },
            ["mappings"] = new JsonObject { ["dynamic"] = "strict", ["properties"] = Properties(languages) },
        },
    };

    // Chinese, Japanese and Korean are indexed as pairs and single characters, so that words of any length are found; a query asks for the pairs
    // only, since pairs and characters together are a graph, whose paths double with every two characters that somebody types.
    static JsonObject Analysis(IReadOnlyList<string> languages)
    {
        var filters = new JsonObject { ["chat_pairs_and_single"] = Pairs(single: true), ["chat_pairs"] = Pairs(single: false) };
        var analyzers = new JsonObject { ["chat_text"] = Analyzer("chat_pairs_and_single"), ["chat_query"] = Analyzer("chat_pairs") };
        foreach (var language in languages)
        {
            filters[$"chat_{language}"] = new JsonObject { ["type"] = "stemmer", ["language"] = language };
            analyzers[$"chat_text_{language}"] = Analyzer("chat_pairs_and_single", $"chat_{language}");
            analyzers[$"chat_query_{language}"] = Analyzer("chat_pairs", $"chat_{language}");
        }
        return new() { ["filter"] = filters, ["analyzer"] = analyzers };
    }

    static JsonObject Pairs(bool single) => new() { ["type"] = "cjk_bigram", ["output_unigrams"] = single };

    static JsonObject Analyzer(params ReadOnlySpan<string> also)
    {
        var filters = new JsonArray("cjk_width", "lowercase", "asciifolding");
        foreach (var filter in also) filters.Add(filter);
        return new() { ["type"] = "custom", ["tokenizer"] = "standard", ["filter"] = filters };
    }

    static JsonObject Properties(IReadOnlyList<string> languages)
    {
        var forms = new JsonObject();
        foreach (var language in languages) forms[language] = Text($"_{language}");
        var text = Text("");
        text["fields"] = forms;
        return new()
        {
            ["conversation"] = Type("keyword"),
            ["sequence"] = Type("long"),
            ["message"] = new JsonObject { ["type"] = "keyword", ["index"] = false, ["doc_values"] = false },
            ["sender"] = Type("keyword"),
            ["at"] = Type("date"),
            ["version"] = new JsonObject { ["type"] = "long", ["index"] = false },
            ["has"] = Type("keyword"),
            ["pinned"] = Type("boolean"),
            ["deleted"] = Type("boolean"),
            ["text"] = text,
        };
    }

    static JsonObject Text(string form) => new() { ["type"] = "text", ["analyzer"] = $"chat_text{form}", ["search_analyzer"] = $"chat_query{form}" };

    static JsonObject Type(string type) => new() { ["type"] = type };
}
