using System.Text.Json;
using System.Text.Json.Nodes;

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

    public Dictionary<string, string?> Settings(string languages = "", bool fallback = false, string refresh = "00:00:00.1") => new()
    {
        ["Search:Engine"] = "elasticsearch",
        ["Search:Fallback"] = $"{fallback}",
        ["Search:Languages"] = languages,
        ["Search:Timeout"] = "00:00:10", // the machine of a test may be busy
        ["Search:Elasticsearch:Nodes"] = $"{engine}",
        ["Search:Elasticsearch:IndexPrefix"] = prefix,
        ["Search:Elasticsearch:Replicas"] = "0",
        ["Search:Elasticsearch:RefreshInterval"] = refresh,
    };

    /// <summary>Shows to searches what was indexed.</summary>
    public async Task Refresh() => (await http.PostAsync(new Uri($"{prefix}-*/_refresh", UriKind.Relative), null)).EnsureSuccessStatusCode();

    /// <summary>How often the index of a generation shows to searches what is new.</summary>
    public async Task<string> RefreshInterval(int generation)
    {
        using var answer = JsonDocument.Parse(await http.GetStringAsync(new Uri($"{prefix}-search_index-v{generation}-*/_settings", UriKind.Relative)));
        return answer.RootElement.EnumerateObject().Single().Value.GetProperty("settings").GetProperty("index").GetProperty("refresh_interval").GetString()!;
    }

    /// <summary>How many documents there are, deleted messages among them.</summary>
    public async Task<long> Count()
    {
        await Refresh();
        using var answer = JsonDocument.Parse(await http.GetStringAsync(new Uri($"{prefix}-*/_count", UriKind.Relative)));
        return answer.RootElement.GetProperty("count").GetInt64();
    }

    /// <summary>The raw documents, whatever is in them.</summary>
    public Task<string> Everything() => http.GetStringAsync(new Uri($"{prefix}-*/_search?size=1000", UriKind.Relative));

    /// <summary>In each index: another text in one document, one document gone, and one that is of nothing.</summary>
    public async Task Spoil()
    {
        await Refresh();
        foreach (var name in await Names())
        {
            var hits = JsonNode.Parse(await http.GetStringAsync(new Uri($"{name}/_search?size=2&sort=sequence", UriKind.Relative)))!["hits"]!["hits"]!.AsArray();
            var changed = hits[0]!["_source"]!.DeepClone();
            changed["text"] = "another";
            await Put(name, $"{hits[0]!["_id"]}", changed);
            changed["sequence"] = 999;
            await Put(name, "of-nothing", changed);
            (await http.DeleteAsync(new Uri($"{name}/_doc/{hits[1]!["_id"]}", UriKind.Relative))).EnsureSuccessStatusCode();
        }
    }

    async Task Put(string index, string id, JsonNode document)
    {
        using var body = new StringContent(document.ToJsonString(), null, "application/json");
        (await http.PutAsync(new Uri($"{index}/_doc/{id}?version=1000000&version_type=external_gte", UriKind.Relative), body)).EnsureSuccessStatusCode();
    }

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
        foreach (var name in await Names()) (await http.DeleteAsync(new Uri(name, UriKind.Relative))).EnsureSuccessStatusCode();
        await http.DeleteAsync(new Uri($"_index_template/{prefix}-search_index", UriKind.Relative));
    }

    async Task<List<string>> Names() =>
        [.. JsonNode.Parse(await http.GetStringAsync(new Uri($"{prefix}-*/_settings", UriKind.Relative)))!.AsObject().Select(static index => index.Key)];
}
