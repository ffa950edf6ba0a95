using Chat.Application.Log;

namespace Chat.Application.Conversations;

/// <summary>Folded states of long streams. A cache: deleting them all changes nothing but the time of the next load.</summary>
public interface ISnapshots
{
    /// <summary>The newest snapshot of the stream in this schema, or null.</summary>
    Task<ReadOnlyMemory<byte>?> Read(StreamName stream, int schema, CancellationToken ct);

    Task Write(StreamName stream, int schema, ReadOnlyMemory<byte> snapshot, CancellationToken ct);
}
