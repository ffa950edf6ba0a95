namespace Chat.Tests.Integration.Search;

/// <summary>Indices of one test on an engine that others use too; deleted at the end.</summary>
public sealed class TestIndex(Uri engine, HttpClient http) : IAsyncDisposable
{
    public const string Elasticsearch = "CHAT_TEST_ELASTICSEARCH";
    public const string OpenSearch = "CHAT_TEST_OPENSEARCH";

    readonly string prefix = $"t{Guid.NewGuid():N}"[..16];

    /// <summary>Skips the test where there is no such engine.</summary>
    public static TestIndex At(string variable)
    {
        var address = Environment.GetEnvironmentVariable(variable);
        Assert.SkipUnless(address is { Length: > 0 }, $"No search engine: {variable} is not set. './dev test' starts one where ../shared/search-engines and Java are there.");
        return new(new(address!), new() { BaseAddress = new(address!), Timeout = TimeSpan.FromSeconds(30) });
    }

    public Dictionary<string, string?> Settings(string languages = "", bool fallback = false) => new()
    {
        ["Search:Engine"] = "elasticsearch",
        ["Search:Fallback"] = $"{fallback}",
        ["Search:Languages"] = languages,
        ["Search:Timeout"] = "00:00:10", // the machine of a test may be busy
        ["Search:Elasticsearch:Nodes"] = $"{engine}",
        ["Search:Elasticsearch:IndexPrefix"] = prefix,
        ["Search:Elasticsearch:Replicas"] = "0",
        ["Search:Elasticsearch:RefreshInterval"] = "00:00:00.1",
    };

    /// <summary>Shows to searches what was indexed.</summary>
    public async Task Refresh() => (await http.PostAsync(new Uri($"{prefix}-*/_refresh", UriKind.Relative), null)).EnsureSuccessStatusCode();

    /// <summary>How many documents there are, deleted messages among them.</summary>
    public async Task<long> Count()
    {
        await Refresh();
        using var answer = System.Text.Json.JsonDocument.Parse(await http.GetStringAsync(new Uri($"{prefix}-*/_count", UriKind.Relative)));
        return answer.RootElement.GetProperty("count").GetInt64();
    }

    /// <summary>The raw documents, whatever is in them.</summary>
    public Task<string> Everything() => http.GetStringAsync(new Uri($"{prefix}-*/_search?size=1000", UriKind.Relative));

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Delete();
        }
        catch (HttpRequestException)
        {
            // the engine is down: what a test says of that is to be heard, and the engine goes with its data
        }
    }

    async Task Delete()
    {
        using var names = System.Text.Json.JsonDocument.Parse(await http.GetStringAsync(new Uri($"{prefix}-*/_settings", UriKind.Relative)));
        foreach (var index in names.RootElement.EnumerateObject()) (await http.DeleteAsync(new Uri(index.Name, UriKind.Relative))).EnsureSuccessStatusCode();
        await http.DeleteAsync(new Uri($"_index_template/{prefix}-search_index", UriKind.Relative));
    }
}
