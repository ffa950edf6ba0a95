using Microsoft.Extensions.Configuration;

namespace Chat.Infrastructure.Search;

public enum SearchEngine { Postgres, Elasticsearch }

/// <summary>Section "Search".</summary>
public sealed class SearchOptions
{
    public const string Section = "Search";

    /// <summary>Which engine answers.</summary>
    public SearchEngine Engine { get; set; } = SearchEngine.Postgres;

    /// <summary>Languages whose word forms are found alike, comma-separated; a change counts for what is indexed after it, and for all after a rebuild.</summary>
    public string Languages { get; set; } = "english";

    /// <summary>Whether PostgreSQL is kept ready and answers, marked as degraded, while Elasticsearch is away.</summary>
    public bool Fallback { get; set; }

    /// <summary>How long a search may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The read model whose position says what can be found.</summary>
    public string Model => Engine is SearchEngine.Postgres ? ReadModels.SearchTable.Model.Name : Elasticsearch.ElasticIndex.Model.Name;

    public IReadOnlyList<string> LanguageList => Languages.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static SearchOptions Of(IConfiguration configuration) => configuration.GetSection(Section).Get<SearchOptions>() ?? new();
}

/// <summary>The languages whose word forms both engines know under one name.</summary>
static class SearchLanguages
{
    static readonly HashSet<string> Known =
    [
        "arabic", "armenian", "basque", "catalan", "danish", "dutch", "english", "finnish", "french", "german", "greek", "hindi", "hungarian", "indonesian",
        "irish", "italian", "lithuanian", "norwegian", "portuguese", "romanian", "russian", "spanish", "swedish", "turkish",
    ];

    public static string Names => string.Join(", ", Known);

    public static bool Knows(string language) => Known.Contains(language);
}
