namespace Chat.Application.Log;

/// <summary>
/// Events in clear, so that those who follow the end of the log together open each one once, those that this node wrote never, and a device that
/// was away for a moment costs little. Bounded: a slot an id, and the next one that falls on it takes its place.
/// </summary>
sealed class OpenedEvents
{
    const int Slots = 8_192;
    readonly Slot?[] slots = new Slot?[Slots];

    public void Remember(NewEvent encoded, object @event, EventMetadata metadata) => At(encoded.Id) = new(encoded.Id, encoded.Data, @event, metadata, null);

    public void Remember(DecodedEvent decoded) => At(decoded.Stored.Id) = new(decoded.Stored.Id, decoded.Stored.Data, decoded.Event, decoded.Metadata, decoded);

    /// <summary>The event, when it is known from these very bytes: an id alone proves nothing.</summary>
    public DecodedEvent? Find(StoredEvent stored) => At(stored.Id) is not { } known || !known.Is(stored) ? null
        : known.Decoded is { } decoded && ReferenceEquals(decoded.Stored, stored) ? decoded
        : new(stored, known.Event, known.Metadata) { IsOpen = true, IsErased = known.Decoded is { IsErased: true } };

    public void Forget(Func<object, bool> which)
    {
        for (var i = 0; i < slots.Length; i++)
        {
            if (slots[i] is { } known && which(known.Event)) slots[i] = null;
        }
    }

    ref Slot? At(Guid id) => ref slots[(uint)id.GetHashCode() % Slots];

    sealed record Slot(Guid Id, ReadOnlyMemory<byte> Data, object Event, EventMetadata Metadata, DecodedEvent? Decoded)
    {
        // mostly it is the same memory; from the table it is another one that holds the same
        public bool Is(StoredEvent stored) => Id == stored.Id && (Data.Equals(stored.Data) || Data.Span.SequenceEqual(stored.Data.Span));
    }
}
