using Chat.Domain;

namespace Chat.Application.Log;

/// <summary>What is stored beside an event. No personal data: it is never sealed.</summary>
/// <param name="Lamport">max(conversation's clock, sender's clock) + 1: an answer never sorts before what it answers, in any conversation.</param>
public sealed record EventMetadata(
    UserId User, Guid Correlation, long Lamport, DeviceId? Device = null, Guid? Causation = null, string? Traceparent = null);

/// <summary>A stored event, read: upcast to its current record, personal content opened (or "[erased]").</summary>
public sealed record DecodedEvent(StoredEvent Stored, object Event, EventMetadata Metadata)
{
    /// <summary>False while personal texts are still sealed: only within the codec.</summary>
    internal bool IsOpen { get; init; }

    /// <summary>Its author's key was destroyed: in place of each of its texts stands the same word.</summary>
    public bool IsErased { get; init; }

    public LogPosition Position => Stored.Position;
    public long Sequence => Stored.Revision;
}
