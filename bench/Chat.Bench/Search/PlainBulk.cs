using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Chat.Bench.Search;

/// <summary>The floor of indexing: the same documents, made beforehand, sent to an index of the same mapping and nothing else done.</summary>
sealed class PlainBulk(Uri engine, string prefix) : IDisposable
{
    const int PerBulk = 1_000;

    readonly HttpClient http = new() { BaseAddress = engine, Timeout = TimeSpan.FromMinutes(2) };

    string Index => $"{prefix}-plain";

    /// <summary>Settings and mappings of the template that the product has made.</summary>
    public async Task<JsonNode> MappingOf(CancellationToken ct)
    {
        var template = JsonNode.Parse(await http.GetStringAsync(new Uri($"_index_template/{prefix}-search_index", UriKind.Relative), ct))!;
        return template["index_templates"]![0]!["index_template"]!["template"]!.DeepClone();
    }

    /// <summary>Documents a second.</summary>
    public async Task<double> Run(BenchDatabase database, JsonNode mapping, CancellationToken ct)
    {
        using var former = await http.DeleteAsync(new Uri(Index, UriKind.Relative), ct);
        using var body = new StringContent(mapping.ToJsonString(), null, "application/json");
        (await http.PutAsync(new Uri(Index, UriKind.Relative), body, ct)).EnsureSuccessStatusCode();
        var bulks = await Documents(database, ct);
        var (started, count) = (Stopwatch.GetTimestamp(), 0);
        foreach (var (bulk, documents) in bulks)
        {
            using var content = new ByteArrayContent(bulk) { Headers = { ContentType = new("application/json") } };
            using var answer = await http.PostAsync(new Uri($"{Index}/_bulk?filter_path=errors", UriKind.Relative), content, ct);
            if (!(await answer.Content.ReadAsStringAsync(ct)).Contains("\"errors\":false", StringComparison.Ordinal)) throw new InvalidOperationException("The plain _bulk was refused.");
            count += documents;
        }
        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    public Task Refresh(CancellationToken ct) => http.PostAsync(new Uri($"{prefix}-*/_refresh", UriKind.Relative), null, ct);

    public async Task Clean()
    {
        using var names = JsonDocument.Parse(await http.GetStringAsync(new Uri($"{prefix}-*/_settings", UriKind.Relative)));
        foreach (var index in names.RootElement.EnumerateObject()) await http.DeleteAsync(new Uri(index.Name, UriKind.Relative));
        await http.DeleteAsync(new Uri($"_index_template/{prefix}-search_index", UriKind.Relative));
    }

    static async Task<List<(byte[] Bulk, int Documents)>> Documents(BenchDatabase database, CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand("select conversation, sequence, message, sender, at, version, text from read.search_messages");
        var lines = new List<byte[]>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            var document = new
            {
                conversation = row.GetGuid(0), sequence = row.GetInt64(1), message = row.GetGuid(2), sender = row.GetGuid(3), at = row.GetFieldValue<DateTimeOffset>(4),
                version = row.GetInt64(5), text = row.GetString(6), has = Array.Empty<string>(), pinned = false, deleted = false,
            };
            var action = new { index = new { _id = $"{document.conversation:N}-{document.sequence}", document.version, version_type = "external" } };
            lines.Add([.. JsonSerializer.SerializeToUtf8Bytes(action), (byte)'\n', .. JsonSerializer.SerializeToUtf8Bytes(document), (byte)'\n']);
        }
        return [.. lines.Chunk(PerBulk).Select(static chunk => (chunk.SelectMany(static line => line).ToArray(), chunk.Length))];
    }

    public void Dispose() => http.Dispose();
}
