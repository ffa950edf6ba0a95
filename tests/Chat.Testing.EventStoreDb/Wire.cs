using System.Buffers.Binary;
using System.Globalization;
using Chat.Infrastructure.EventStoreDb.Wire;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace Chat.Testing.EventStoreDb;

/// <summary>Between the store's terms and the messages'.</summary>
static class Wire
{
    public static UUID Structured(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return new() { Structured = new() { MostSignificantBits = BinaryPrimitives.ReadInt64BigEndian(bytes), LeastSignificantBits = BinaryPrimitives.ReadInt64BigEndian(bytes[8..]) } };
    }

    public static UUID Text(Guid id) => new() { String = id.ToString() };

    public static Guid IdOf(UUID id)
    {
        if (id.ValueCase == UUID.ValueOneofCase.String) return Guid.Parse(id.String);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, id.Structured.MostSignificantBits);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], id.Structured.LeastSignificantBits);
        return new(bytes, bigEndian: true);
    }

    public static string NameOf(StreamIdentifier? stream) => stream?.StreamName.ToStringUtf8() is { Length: > 0 } name ? name : throw Answers.Thrown();

    public static Proposal Proposal(UUID id, MapField<string, string> metadata, ByteString customMetadata, ByteString data) =>
        metadata.TryGetValue("type", out var type) && metadata.TryGetValue("content-type", out var contentType)
            ? new(IdOf(id), type, contentType == "application/json", data.Memory, customMetadata.Memory)
            : throw Answers.MissingMetadata();

    public static ReadResp Event(Record record, bool structuredIds) => new()
    {
        Event = new()
        {
            CommitPosition = record.Position,
            Event = new()
            {
                Id = structuredIds ? Structured(record.Id) : Text(record.Id),
                StreamIdentifier = new() { StreamName = ByteString.CopyFromUtf8(record.Stream) },
                StreamRevision = (ulong)record.Revision,
                CommitPosition = record.Position,
                PreparePosition = record.Position,
                Metadata =
                {
                    ["type"] = record.Type,
                    ["content-type"] = record.IsJson ? "application/json" : "application/octet-stream",
                    ["created"] = (record.Created - DateTimeOffset.UnixEpoch).Ticks.ToString(CultureInfo.InvariantCulture),
                },
                CustomMetadata = UnsafeByteOperations.UnsafeWrap(record.Metadata),
                Data = UnsafeByteOperations.UnsafeWrap(record.Data),
            },
        },
    };
}
