using System.Text.Json;
using System.Text.Json.Serialization;
using Chat.Application.Log;

namespace Chat.Infrastructure.EventStoreDb;

/// <summary>
/// What the log has to remember about itself, in a stream of its own: its epoch, and which streams were deleted up to where. EventStoreDB hides a
/// deleted stream's events from readers of the stream, but shows them to readers of all until it is scavenged.
/// </summary>
sealed class Ledger
{
    public static readonly StreamName Stream = new("chat-log");

    const string Started = "log-started.v1";
    const string Deleted = "stream-deleted.v1";

    readonly Lock sync = new();
    readonly Dictionary<StreamName, long> deleted = [];
    Guid? epoch;

    /// <summary>Revision of the last entry that is known here.</summary>
    public long Revision { get; private set; } = StreamName.NoStream;

    public Guid? Epoch
    {
        get
        {
            lock (sync) return epoch;
        }
    }

    public long LastRevisionOf(StreamName stream)
    {
        lock (sync) return deleted.GetValueOrDefault(stream, StreamName.NoStream);
    }

    public bool Shows(StoredEvent e)
    {
        lock (sync) return e.Stream != Stream && (deleted.Count == 0 || !deleted.TryGetValue(e.Stream, out var until) || e.Revision > until);
    }

    public void Learn(StoredEvent entry)
    {
        lock (sync)
        {
            if (entry.Revision <= Revision) return;
            if (entry.Type == Started) epoch = JsonSerializer.Deserialize(entry.Data.Span, LedgerJson.Default.StartedEntry)!.Epoch;
            if (entry.Type == Deleted && JsonSerializer.Deserialize(entry.Data.Span, LedgerJson.Default.DeletedEntry) is { } gone) deleted[new(gone.Stream)] = gone.Until;
            Revision = entry.Revision;
        }
    }

    public static NewEvent Start(Guid epoch) => new(Guid.NewGuid(), Started, JsonSerializer.SerializeToUtf8Bytes(new(epoch), LedgerJson.Default.StartedEntry), "{}"u8.ToArray());

    public static NewEvent Delete(StreamName stream, long until) =>
        new(Guid.NewGuid(), Deleted, JsonSerializer.SerializeToUtf8Bytes(new(stream.Value, until), LedgerJson.Default.DeletedEntry), "{}"u8.ToArray());

    /// <summary>The stream metadata that hides everything up to a revision.</summary>
    public static NewEvent Truncation(long until) =>
        new(Guid.NewGuid(), "$metadata", JsonSerializer.SerializeToUtf8Bytes(new(until + 1), LedgerJson.Default.TruncateBefore), "{}"u8.ToArray());

    internal sealed record StartedEntry(Guid Epoch);

    internal sealed record DeletedEntry(string Stream, long Until);

    internal sealed record TruncateBefore([property: JsonPropertyName("$tb")] long Revision);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Ledger.StartedEntry))]
[JsonSerializable(typeof(Ledger.DeletedEntry))]
[JsonSerializable(typeof(Ledger.TruncateBefore))]
sealed partial class LedgerJson : JsonSerializerContext;
