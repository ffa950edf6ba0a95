namespace Chat.Application.Log;

/// <summary>
/// Events in clear, so that those who follow the end of the log together open each one once, and those that this node wrote never. Bounded:
/// a slot an id, and the next one that falls on it takes its place.
/// </summary>
sealed class OpenedEvents
{
    const int Slots = 8_192;
    readonly Slot?[] slots = new Slot?[Slots];

    public void Remember(NewEvent encoded, object @event, EventMetadata metadata) => At(encoded.Id) = new(encoded.Data, @event, metadata, null);

    public void Remember(DecodedEvent decoded) => At(decoded.Stored.Id) = new(decoded.Stored.Data, decoded.Event, decoded.Metadata, decoded);

    /// <summary>The event, when it is known from these very bytes: an id alone proves nothing.</summary>
    public DecodedEvent? Find(StoredEvent stored) => At(stored.Id) is not { } known || !known.Data.Equals(stored.Data) ? null
        : known.Decoded is { } decoded && ReferenceEquals(decoded.Stored, stored) ? decoded
        : new(stored, known.Event, known.Metadata) { IsOpen = true };

    public void Forget(Func<object, bool> which)
    {
        for (var i = 0; i < slots.Length; i++)
        {
            if (slots[i] is { } known && which(known.Event)) slots[i] = null;
        }
    }

    ref Slot? At(Guid id) => ref slots[(uint)id.GetHashCode() % Slots];

    // ReadOnlyMemory equals when it is the same memory, not when it holds the same
    sealed record Slot(ReadOnlyMemory<byte> Data, object Event, EventMetadata Metadata, DecodedEvent? Decoded);
}
