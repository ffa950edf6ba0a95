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
                ["refresh_interval"] = $"{(long)options.RefreshInterval.TotalMilliseconds}ms",
                ["analysis"] = Analysis(languages),
            },
            ["mappings"] = new JsonObject { ["dynamic"] = "strict", ["properties"] = Properties(languages) },
        },
    };

    // Pairs and single characters of Chinese, Japanese and Korean, so that words of any length are found; everything else by words.
    static JsonObject Analysis(IReadOnlyList<string> languages)
    {
        var filters = new JsonObject { ["chat_pairs"] = new JsonObject { ["type"] = "cjk_bigram", ["output_unigrams"] = true } };
        var analyzers = new JsonObject { ["chat_text"] = Analyzer() };
        foreach (var language in languages)
        {
            filters[$"chat_{language}"] = new JsonObject { ["type"] = "stemmer", ["language"] = language };
            analyzers[$"chat_{language}"] = Analyzer($"chat_{language}");
        }
        return new() { ["filter"] = filters, ["analyzer"] = analyzers };
    }

    static JsonObject Analyzer(params ReadOnlySpan<string> also)
    {
        var filters = new JsonArray("cjk_width", "lowercase", "asciifolding", "chat_pairs");
        foreach (var filter in also) filters.Add(filter);
        return new() { ["type"] = "custom", ["tokenizer"] = "standard", ["filter"] = filters };
    }

    static JsonObject Properties(IReadOnlyList<string> languages)
    {
        var forms = new JsonObject();
        foreach (var language in languages) forms[language] = new JsonObject { ["type"] = "text", ["analyzer"] = $"chat_{language}" };
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
            ["text"] = new JsonObject { ["type"] = "text", ["analyzer"] = "chat_text", ["fields"] = forms },
        };
    }

    static JsonObject Type(string type) => new() { ["type"] = type };
}
