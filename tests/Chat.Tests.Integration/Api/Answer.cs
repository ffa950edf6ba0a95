using System.Net;
using System.Text.Json;

namespace Chat.Tests.Integration.Api;

/// <summary>What the server said.</summary>
/// <param name="Body">Undefined when there was none.</param>
/// <param name="Headers">By name, whatever its case.</param>
public sealed record Answer(HttpStatusCode Status, string MediaType, JsonElement Body, IReadOnlyDictionary<string, string> Headers)
{
    public string? Code => Text("code");

    public JsonElement this[string property] => Body.GetProperty(property);

    public string? Text(string property) => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty(property, out var value) ? value.GetString() : null;

    public static async Task<Answer> Of(HttpResponseMessage response)
    {
        using (response)
        {
            var bytes = await response.Content.ReadAsByteArrayAsync(ChatServer.Ct);
            return new(response.StatusCode, response.Content.Headers.ContentType?.MediaType ?? "",
                bytes.Length == 0 ? default : JsonDocument.Parse(bytes).RootElement,
                response.Headers.ToDictionary(static h => h.Key, static h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));
        }
    }

    public Answer Is(int status)
    {
        Assert.True((int)Status == status, $"{status} was expected, {(int)Status} came: {Body}");
        return this;
    }

    /// <summary>A problem of the one shape that all have.</summary>
    public Answer IsProblem(int status, string code)
    {
        Is(status);
        Assert.Equal("application/problem+json", MediaType);
        Assert.Equal(code, Code);
        Assert.Equal($"urn:chat:{code}", Text("type"));
        Assert.Equal(status is 408 or 423 or 429 or 503, this["retryable"].GetBoolean());
        Assert.NotEmpty(Text("traceId")!);
        return this;
    }
}
