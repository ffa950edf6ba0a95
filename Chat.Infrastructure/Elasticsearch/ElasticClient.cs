using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Chat.Application.Search;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Chat.Infrastructure.Elasticsearch;

/// <summary>The REST API of Elasticsearch and OpenSearch, as far as it is used here: JSON in, JSON out, faults told apart.</summary>
public sealed partial class ElasticClient(IHttpClientFactory clients, IOptions<ElasticOptions> options, ILogger<ElasticClient> logger)
{
    public const string Name = "elasticsearch";
    internal static readonly HttpRequestOptionsKey<TimeSpan> Timeout = new("timeout");
    internal static readonly HttpRequestOptionsKey<string> Path = new("path");

    const int WorthCompressing = 1_024;

    /// <param name="body">JSON, or lines of JSON for _bulk.</param>
    /// <returns>The answer; null for a 404.</returns>
    /// <exception cref="SearchUnavailableException">It is away, overloaded or refuses to know us: the same request may succeed later.</exception>
    /// <exception cref="ElasticRejectedException">It will never take this.</exception>
    public async Task<JsonDocument?> Send(HttpMethod method, string path, ReadOnlyMemory<byte> body, TimeSpan timeout, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, "http://nodes/"); // which one is decided anew for each try
        request.Options.Set(Path, path);
        request.Options.Set(Timeout, timeout);
        if (!body.IsEmpty) request.Content = Content(body);
        try
        {
            using var response = await clients.CreateClient(Name).SendAsync(request, ct);
            if (response.StatusCode is HttpStatusCode.NotFound) return null;
            if (response.IsSuccessStatusCode) return method == HttpMethod.Head ? JsonDocument.Parse("{}") : await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(ct), default, ct);
            throw await Fault(response, $"{method} {path.Split('?')[0]}", ct);
        }
        catch (Exception fault) when (fault is HttpRequestException or BrokenCircuitException or TimeoutRejectedException or IOException)
        {
            throw new SearchUnavailableException("The search engine is out of reach.", fault);
        }
    }

    ByteArrayContent Content(ReadOnlyMemory<byte> body)
    {
        var compress = options.Value.Compress && body.Length >= WorthCompressing;
        var content = new ByteArrayContent(compress ? Compressed(body) : body.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (compress) content.Headers.ContentEncoding.Add("gzip");
        return content;
    }

    static byte[] Compressed(ReadOnlyMemory<byte> body)
    {
        var compressed = new MemoryStream(body.Length / 4);
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(body.Span);
        return compressed.ToArray();
    }

    // Only the kind of error is kept: its reason may quote what somebody wrote.
    async Task<Exception> Fault(HttpResponseMessage response, string request, CancellationToken ct)
    {
        var status = (int)response.StatusCode;
        if (status is 401 or 403)
        {
            LogRefused(logger, status, ElasticOptions.Section);
            return new SearchUnavailableException($"The search engine refuses to know us ({status}).");
        }
        if (status is 429 or >= 500) return new SearchUnavailableException($"The search engine cannot answer now ({status}).");
        return new ElasticRejectedException(request, status, TypeOf(await response.Content.ReadAsByteArrayAsync(ct)));
    }

    static string TypeOf(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.TryGetProperty("error", out var error) && error.ValueKind is JsonValueKind.Object && error.TryGetProperty("type", out var type) ? type.GetString() ?? "" : "";
        }
        catch (JsonException)
        {
            return "no JSON"; // a proxy's page, perhaps
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The search engine answers {Status}: check {Section}:ApiKey, or Username and Password.")]
    static partial void LogRefused(ILogger logger, int status, string section);
}

/// <summary>The engine says that a request, or a document in it, is wrong. Trying again changes nothing.</summary>
public sealed class ElasticRejectedException(string request, int status, string type) : Exception($"{request} was answered with {status} {type}.");
