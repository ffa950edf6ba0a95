using System.Globalization;
using System.Text;
using Chat.Application.Log;
using Chat.Infrastructure.EventStoreDb.Wire;
using Google.Protobuf;
using Recorded = Chat.Infrastructure.EventStoreDb.Wire.ReadResp.Types.ReadEvent.Types.RecordedEvent;

namespace Chat.Infrastructure.EventStoreDb;

/// <summary>
/// An event as EventStoreDB keeps it. Its id there is of one append call only, and the event's own id stands first in its metadata:
/// docs/adr/0009-eventstoredb-log.md says why.
/// </summary>
/// <param name="prefix">Of all streams of this log on the server.</param>
sealed class StoredForm(string prefix)
{
    const string Key = """{"eventId":" """;
    const int IdLength = 36;

    static readonly byte[] Before = Encoding.ASCII.GetBytes(Key.TrimEnd());

    /// <exception cref="ArgumentException">The metadata is no JSON object.</exception>
    public static BatchAppendReq.Types.ProposedMessage Of(NewEvent e, Guid callId) => new()
    {
        Id = IdOf(callId),
        Metadata = { ["type"] = e.Type, ["content-type"] = "application/json" },
        CustomMetadata = UnsafeByteOperations.UnsafeWrap(WithId(e)),
        Data = UnsafeByteOperations.UnsafeWrap(e.Data),
    };

    public StoredEvent Read(Recorded recorded)
    {
        var (id, metadata) = WithoutId(recorded.CustomMetadata.Memory) ?? (GuidOf(recorded.Id), recorded.CustomMetadata.Memory);
        return new(
            PositionOf(recorded), NameOf(recorded.StreamIdentifier), (long)recorded.StreamRevision, id, recorded.Metadata["type"], recorded.Data.Memory, metadata,
            DateTimeOffset.UnixEpoch.AddTicks(long.Parse(recorded.Metadata["created"], CultureInfo.InvariantCulture)));
    }

    public static LogPosition PositionOf(Recorded recorded) => new(recorded.CommitPosition, recorded.PreparePosition);

    StreamName NameOf(StreamIdentifier stream) => new(stream.StreamName.ToStringUtf8()[prefix.Length..]);

    public StreamIdentifier StreamOf(StreamName stream) => new() { StreamName = ByteString.CopyFromUtf8($"{prefix}{stream.Value}") };

    /// <summary>The stream that holds a stream's metadata.</summary>
    public StreamIdentifier MetadataOf(StreamName stream) => new() { StreamName = ByteString.CopyFromUtf8($"$${prefix}{stream.Value}") };

    public static UUID IdOf(Guid id) => new() { String = id.ToString() };

    /// <summary>Either form: a server may answer in the other one.</summary>
    public static Guid GuidOf(UUID id)
    {
        if (id.ValueCase == UUID.ValueOneofCase.String) return Guid.Parse(id.String);
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, id.Structured.MostSignificantBits);
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes[8..], id.Structured.LeastSignificantBits);
        return new(bytes, bigEndian: true);
    }

    static byte[] WithId(NewEvent e)
    {
        var metadata = e.Metadata.Span;
        if (metadata is not [(byte)'{', .., (byte)'}']) throw new ArgumentException("The metadata of an event is a JSON object.", nameof(e));
        var rest = metadata[1..];
        var isEmpty = rest[..^1].Trim((byte)' ').IsEmpty;
        return [.. Before, .. Encoding.ASCII.GetBytes(e.Id.ToString()), (byte)'"', .. isEmpty ? [] : ","u8, .. rest];
    }

    static (Guid Id, ReadOnlyMemory<byte> Metadata)? WithoutId(ReadOnlyMemory<byte> stored)
    {
        var end = Before.Length + IdLength + 1;
        if (stored.Length <= end || !stored.Span.StartsWith(Before) || !Guid.TryParse(stored.Span.Slice(Before.Length, IdLength), CultureInfo.InvariantCulture, out var id)) return null;
        if (stored.Span[end] == ',') end++;
        return (id, (byte[])[(byte)'{', .. stored.Span[end..]]);
    }
}
