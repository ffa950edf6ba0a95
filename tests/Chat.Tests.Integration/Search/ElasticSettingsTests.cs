using Chat.Infrastructure.Elasticsearch;
using Chat.Infrastructure.Search;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Chat.Tests.Integration.Search;

public sealed class ElasticSettingsTests
{
    [Theory]
    [InlineData("Nodes", "")]
    [InlineData("Nodes", "search-1:9200")]
    [InlineData("Nodes", "ftp://search-1")]
    [InlineData("Nodes", "http://user:secret@search-1:9200")]
    [InlineData("Nodes", "http://search-1:9200,nonsense")]
    [InlineData("ApiKey", "two words")]
    [InlineData("ApiKey", "")]
    [InlineData("Username", "ann")]
    [InlineData("CaCertificate", "/no/such/file.pem")]
    [InlineData("IndexPrefix", "Chat*")]
    [InlineData("Shards", "0")]
    [InlineData("Replicas", "-1")]
    [InlineData("RefreshInterval", "00:00:00")]
    [InlineData("BulkTimeout", "00:00:00")]
    [InlineData("BreakDuration", "00:00:00")]
    public void a_wrong_setting_is_named_and_its_value_kept_secret(string setting, string value)
    {
        var fault = Assert.Throws<OptionsValidationException>(() => Bound<ElasticOptions>(($"Elasticsearch:{setting}", value)));
        Assert.Contains($"Search:Elasticsearch:{setting}", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void a_key_and_a_password_exclude_each_other() => Assert.Contains("Search:Elasticsearch:ApiKey", Assert.Throws<OptionsValidationException>(() =>
        Bound<ElasticOptions>(("Elasticsearch:ApiKey", "abc"), ("Elasticsearch:Username", "ann"), ("Elasticsearch:Password", "pw"))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("Languages", "klingon")]
    [InlineData("Timeout", "-00:00:01")]
    public void so_is_one_of_search_itself(string setting, string value) =>
        Assert.Contains($"Search:{setting}", Assert.Throws<OptionsValidationException>(() => Bound<SearchOptions>((setting, value))).Message, StringComparison.Ordinal);

    [Fact]
    public void what_is_right_is_taken() => Assert.Equal(2, Bound<ElasticOptions>(("Elasticsearch:Nodes", "https://a:9200, https://b/es")).NodeList.Count);

    static T Bound<T>(params (string Key, string Value)[] settings) where T : class
    {
        var all = new Dictionary<string, string?> { ["Search:Engine"] = "elasticsearch", ["Search:Elasticsearch:Nodes"] = "http://search-1:9200" };
        foreach (var (key, value) in settings) all[$"Search:{key}"] = value;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(all).Build();
        return new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddSearch(configuration).BuildServiceProvider().GetRequiredService<IOptions<T>>().Value;
    }
}
