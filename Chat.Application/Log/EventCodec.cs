using System.Runtime.InteropServices;
using System.Text.Json;
using Chat.Application.Keys;
using Chat.Domain;

namespace Chat.Application.Log;

/// <summary>Writes events in their stored form and reads them back: JSON by the contract, personal texts sealed under their author's key.</summary>
public sealed class EventCodec(EventContract contract, IPersonalKeys keys)
{
    /// <exception cref="PersonalKeyMissingException">The author has no key.</exception>
    public async ValueTask<NewEvent> Encode(Guid id, object @event, EventMetadata metadata, CancellationToken ct)
    {
        var entry = contract.Of(@event);
        if (entry.Transform is { } transform)
        {
            var key = (await keys.Find([entry.Owner(@event)], ct))[entry.Owner(@event)];
            @event = transform(@event, text => PersonalText.Seal(text, key, id));
        }
        return new(id, entry.Name, entry.Serialize(@event), JsonSerializer.SerializeToUtf8Bytes(metadata, EventJson.Default.EventMetadata));
    }

    /// <exception cref="UnknownEventException">A stored name that this build does not know.</exception>
    /// <exception cref="PersonalKeyMissingException">An author's key is neither there nor marked as erased.</exception>
    public async ValueTask<DecodedEvent> Decode(StoredEvent stored, CancellationToken ct) => (await Decode([stored], ct))[0];

    /// <summary>Decodes a batch with one look-up of the keys it needs.</summary>
    public async ValueTask<IReadOnlyList<DecodedEvent>> Decode(IReadOnlyList<StoredEvent> batch, CancellationToken ct)
    {
        var decoded = new List<DecodedEvent>(batch.Count);
        var owners = new HashSet<UserId>();
        foreach (var stored in batch)
        {
            var entry = contract.Of(stored.Type);
            var @event = entry.Deserialize(stored.Data);
            if (entry.Transform is not null) owners.Add(entry.Owner(@event));
            var metadata = JsonSerializer.Deserialize(stored.Metadata.Span, EventJson.Default.EventMetadata)
                ?? throw new JsonException("The metadata is null.");
            decoded.Add(new(stored, @event, metadata));
        }
        if (owners.Count == 0) return decoded;

        var found = await keys.Find(owners, ct);
        foreach (ref var item in CollectionsMarshal.AsSpan(decoded))
        {
            var entry = contract.Of(item.Stored.Type);
            if (entry.Transform is not { } transform) continue;
            var (key, id) = (found[entry.Owner(item.Event)], item.Stored.Id);
            item = item with { Event = transform(item.Event, text => PersonalText.Open(text, key, id)) };
        }
        return decoded;
    }
}
