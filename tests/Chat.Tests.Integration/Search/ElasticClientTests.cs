using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text;
using Chat.Application.Search;
using Chat.Infrastructure.Elasticsearch;
using Chat.Infrastructure.Search;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Tests.Integration.Search;

/// <summary>The way of a request to the engine, with nodes that do as they are told.</summary>
public sealed class ElasticClientTests : IDisposable
{
    readonly Nodes nodes = new();
    readonly ServiceProvider services;

    public ElasticClientTests()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Search:Engine"] = "elasticsearch", ["Search:Elasticsearch:Nodes"] = "http://one:9200,http://two:9200/base", ["Search:Elasticsearch:BreakDuration"] = "00:00:00.5", ["Search:Elasticsearch:Compress"] = "true",
            ["Search:Elasticsearch:ApiKey"] = "a-key",
        }).Build();
        var collection = new ServiceCollection();
        collection.AddLogging().AddSingleton<IConfiguration>(configuration).AddSingleton(TimeProvider.System).AddSearch(configuration)
            .AddHttpClient(ElasticClient.Name).ConfigurePrimaryHttpMessageHandler(() => nodes);
        services = collection.BuildServiceProvider();
    }

    public void Dispose()
    {
        services.Dispose();
        nodes.Dispose();
    }

    async Task<string> Ask(string body = "{}", int milliseconds = 2_000)
    {
        using var answer = await services.GetRequiredService<ElasticClient>().Send(
            HttpMethod.Post, "index/_search?x=1", Encoding.UTF8.GetBytes(body), TimeSpan.FromMilliseconds(milliseconds), TestContext.Current.CancellationToken);
        return answer?.RootElement.GetRawText() ?? "";
    }

    [Fact]
    public async Task nodes_take_turns_and_one_that_fails_is_left_out()
    {
        for (var i = 0; i < 4; i++) await Ask();
        Assert.Equal(["http://one:9200/index/_search?x=1", "http://two:9200/base/index/_search?x=1"], nodes.Asked.Distinct().Order());

        nodes.Answer = node => node == "one" ? throw new HttpRequestException("refused") : Nodes.Ok();
        nodes.Asked.Clear();
        for (var i = 0; i < 6; i++) await Ask();
        Assert.Equal(1, nodes.Asked.Count(static asked => asked.StartsWith("http://one", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task an_engine_that_is_down_is_left_alone_and_asked_once_whether_it_is_back()
    {
        nodes.Answer = static _ => new(HttpStatusCode.ServiceUnavailable);
        var asked = -1;
        while (asked != nodes.Asked.Count)
        {
            asked = nodes.Asked.Count;
            await Assert.ThrowsAsync<SearchUnavailableException>(() => Ask());
        }
        nodes.Answer = static _ => Nodes.Ok();
        nodes.Asked.Clear();
        while (nodes.Asked.IsEmpty)
        {
            try
            {
                await Ask();
            }
            catch (SearchUnavailableException)
            {
                await Task.Yield(); // still open
            }
        }
        Assert.Single(nodes.Asked);
        Assert.Equal("{}", await Ask());
    }

    [Fact]
    public async Task one_that_takes_too_long_is_not_waited_for()
    {
        nodes.Delay = Timeout.InfiniteTimeSpan;
        await Assert.ThrowsAsync<SearchUnavailableException>(() => Ask(milliseconds: 50));
    }

    [Theory]
    [InlineData(401, typeof(SearchUnavailableException))]
    [InlineData(403, typeof(SearchUnavailableException))]
    [InlineData(429, typeof(SearchUnavailableException))]
    [InlineData(500, typeof(SearchUnavailableException))]
    [InlineData(400, typeof(ElasticRejectedException))]
    [InlineData(413, typeof(ElasticRejectedException))]
    public async Task faults_are_told_apart(int status, Type fault)
    {
        nodes.Answer = _ => new((HttpStatusCode)status) { Content = new StringContent("""{"error":{"type":"some_exception","reason":"what somebody wrote"}}""") };
        var thrown = await Assert.ThrowsAsync(fault, () => Ask());
        Assert.DoesNotContain("somebody wrote", $"{thrown}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task what_is_large_is_sent_compressed_where_that_is_wanted()
    {
        await Ask(new string(' ', 5_000) + "{}");
        Assert.True(nodes.LastBody.Length < 500, $"{nodes.LastBody.Length} bytes");
        using var gzip = new StreamReader(new GZipStream(new MemoryStream(nodes.LastBody), CompressionMode.Decompress));
        Assert.Equal("{}", (await gzip.ReadToEndAsync(TestContext.Current.CancellationToken)).Trim());
        Assert.Equal("ApiKey a-key", nodes.LastAuthorization);
    }

    sealed class Nodes : HttpMessageHandler
    {
        public ConcurrentQueue<string> Asked { get; } = [];
        public Func<string, HttpResponseMessage> Answer { get; set; } = static _ => Ok();
        public TimeSpan Delay { get; set; }
        public byte[] LastBody { get; private set; } = [];
        public string? LastAuthorization { get; private set; }

        public static HttpResponseMessage Ok() => new(HttpStatusCode.OK) { Content = new StringContent("{}") };

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Enqueue($"{request.RequestUri}");
            LastBody = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
            LastAuthorization = request.Headers.Authorization?.ToString();
            if (Delay != default) await Task.Delay(Delay, cancellationToken);
            return Answer(request.RequestUri!.Host);
        }
    }
}
