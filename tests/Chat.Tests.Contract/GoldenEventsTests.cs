using System.Text.Json;
using System.Text.Json.Nodes;
using Chat.Application.Keys;
using Chat.Application.Log;
using Chat.Domain;

namespace Chat.Tests.Contract;

/// <summary>
/// Every stored form ever written still reads as it did. A golden file holds the event as stored (texts sealed under a fixed key) and
/// "opened": the record it must become. Files are added, never changed: CHAT_WRITE_GOLDEN=1 writes those that are missing.
/// </summary>
public sealed class GoldenEventsTests
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "golden");

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly EventCodec codec = new(EventContract.Current, new FixedKeys());

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Files))]
    public async Task a_stored_event_of_any_version_still_reads_as_it_did(string name)
    {
        var golden = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, $"{name}.json"), Ct))!;
        var decoded = await codec.Decode(StoredFrom(golden), Ct);

        Assert.True(JsonNode.DeepEquals(golden["opened"], Plain(decoded.Event)), $"{name} now reads as {Plain(decoded.Event)}");
    }

    [Fact]
    public async Task every_event_that_is_written_has_a_golden_file()
    {
        var missing = new List<string>();
        foreach (var @event in SampleEvents.All)
        {
            var written = await codec.Encode(SampleEvents.EventId, @event, SampleEvents.Metadata, Ct);
            var file = Path.Combine(Folder, $"{written.Type}.json");
            if (File.Exists(file)) continue;
            missing.Add(written.Type);
            if (Environment.GetEnvironmentVariable("CHAT_WRITE_GOLDEN") == "1") await WriteGolden(written, @event);
        }
        Assert.True(missing.Count == 0, $"No golden file for {string.Join(", ", missing)}. Write them with CHAT_WRITE_GOLDEN=1 ./dev test contract, look at them, commit them.");
    }

    [Fact]
    public void every_name_of_the_contract_has_a_golden_file() =>
        Assert.Equal(EventContract.Current.Names.Order(StringComparer.Ordinal), Files.Select(row => row.Data).Where(EventContract.Current.Names.Contains));

    [Fact]
    public async Task what_is_written_today_has_the_shape_of_the_golden_file()
    {
        foreach (var @event in SampleEvents.All)
        {
            var written = await codec.Encode(SampleEvents.EventId, @event, SampleEvents.Metadata, Ct);
            var golden = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, $"{written.Type}.json"), Ct))!;
            Assert.Equal(Shape(golden["data"]!), Shape(JsonNode.Parse(written.Data.Span)!));
            Assert.True(JsonNode.DeepEquals(golden["metadata"], JsonNode.Parse(written.Metadata.Span)), $"The metadata of {written.Type} has changed.");
        }
    }

    [Fact]
    public async Task an_unknown_event_is_an_error_and_never_skipped()
    {
        StoredEvent unknown = new(new(1), new("conversation-x"), 0, Guid.NewGuid(), "message-sent.v9", "{}"u8.ToArray(), "{}"u8.ToArray(), default);
        await Assert.ThrowsAsync<UnknownEventException>(async () => await codec.Decode(unknown, Ct));
    }

    static JsonNode Plain(object @event) => JsonNode.Parse(EventContract.Current.Of(@event).Serialize(@event))!;

    // property names and kinds, not values: sealed texts differ each time
    static string Shape(JsonNode node) => node is JsonObject o
        ? "{" + string.Join(",", o.Select(pair => $"{pair.Key}:{(pair.Value is null ? "null" : Shape(pair.Value))}")) + "}"
        : node.GetValueKind().ToString();

    static StoredEvent StoredFrom(JsonNode golden) => new(
        new(1), new("conversation-x"), 0, golden["id"]!.GetValue<Guid>(), golden["type"]!.GetValue<string>(),
        JsonSerializer.SerializeToUtf8Bytes(golden["data"]), JsonSerializer.SerializeToUtf8Bytes(golden["metadata"]), default);

    static Task WriteGolden(NewEvent written, object @event)
    {
        var golden = new JsonObject
        {
            ["id"] = written.Id,
            ["type"] = written.Type,
            ["data"] = JsonNode.Parse(written.Data.Span),
            ["metadata"] = JsonNode.Parse(written.Metadata.Span),
            ["opened"] = Plain(@event),
        };
        return File.WriteAllTextAsync(Path.Combine(Folder, "..", "..", "..", "..", "golden", $"{written.Type}.json"), golden.ToJsonString(Indented) + "\n", Ct);
    }

    /// <summary>The key under which the golden files' texts are sealed. It protects nothing.</summary>
    sealed class FixedKeys : IPersonalKeys
    {
        static readonly PersonalKey Key = new(Enumerable.Range(0, 32).Select(static i => (byte)i).ToArray());

        public Task Create(UserId owner, CancellationToken ct) => Task.CompletedTask;

        public ValueTask<IReadOnlyDictionary<UserId, PersonalKey>> Find(IReadOnlyCollection<UserId> owners, CancellationToken ct) =>
            new(owners.ToDictionary(static owner => owner, static _ => Key));

        public Task Erase(UserId owner, CancellationToken ct) => Task.CompletedTask;
    }
}
