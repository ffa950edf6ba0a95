using System.Text.Json;
using Chat.Application.Keys;
using Chat.Domain;
using Chat.Domain.Users;

namespace Chat.Application.Log;

/// <summary>Writes events in their stored form and reads them back: JSON by the contract, personal texts sealed under their author's key.</summary>
public sealed class EventCodec(EventContract contract, IPersonalKeys keys)
{
    readonly OpenedEvents opened = new();

    /// <exception cref="PersonalKeyMissingException">The author has no key.</exception>
    /// <exception cref="UserErasedException">The author's key has been destroyed.</exception>
    public async ValueTask<NewEvent> Encode(Guid id, object @event, EventMetadata metadata, CancellationToken ct)
    {
        var entry = contract.Of(@event);
        var stored = @event;
        if (entry.Transform is { } transform)
        {
            var key = (await keys.Find([entry.Owner(@event)], ct))[entry.Owner(@event)];
            if (key.Value is null) throw new UserErasedException(entry.Owner(@event));
            using var cipher = new PersonalCipher(key);
            stored = transform(@event, text => cipher.Seal(text, id));
        }
        var encoded = new NewEvent(id, entry.Name, entry.Serialize(stored), JsonSerializer.SerializeToUtf8Bytes(metadata, EventJson.Default.EventMetadata));
        opened.Remember(encoded, @event, metadata);
        return encoded;
    }

    /// <exception cref="UnknownEventException">A stored name that this build does not know.</exception>
    /// <exception cref="PersonalKeyMissingException">An author's key is neither there nor marked as erased.</exception>
    public async ValueTask<DecodedEvent> Decode(StoredEvent stored, CancellationToken ct) => (await Decode([stored], ct))[0];

    /// <summary>
    /// Decodes a batch with one look-up of the keys it needs. Whoever reads that a user is erased destroys their key, in case that a crash or a
    /// restored key table left one: from then on nobody here opens their words, nor those that another node has still written after it.
    /// </summary>
    public async ValueTask<IReadOnlyList<DecodedEvent>> Decode(IReadOnlyList<StoredEvent> batch, CancellationToken ct)
    {
        var decoded = new DecodedEvent[batch.Count];
        var owners = new HashSet<UserId>();
        for (var i = 0; i < decoded.Length; i++)
        {
            decoded[i] = opened.Find(batch[i]) ?? Parse(batch[i]);
            if (!decoded[i].IsOpen) owners.Add(contract.Of(batch[i].Type).Owner(decoded[i].Event));
        }
        var erased = decoded.Select(static e => e.Event).OfType<UserErased>().Select(static e => e.By).ToHashSet();
        foreach (var user in erased) await keys.Erase(user, ct);
        if (owners.Count > 0) Open(decoded, await keys.Find(owners, ct));
        foreach (var e in decoded) opened.Remember(e);
        if (erased.Count > 0) opened.Forget(e => contract.Of(e).Owner(e) is var owner && erased.Contains(owner));
        return decoded;
    }

    DecodedEvent Parse(StoredEvent stored)
    {
        var entry = contract.Of(stored.Type);
        var metadata = JsonSerializer.Deserialize(stored.Metadata.Span, EventJson.Default.EventMetadata) ?? throw new JsonException("The metadata is null.");
        return new(stored, entry.Deserialize(stored.Data), metadata) { IsOpen = entry.Transform is null };
    }

    void Open(DecodedEvent[] events, IReadOnlyDictionary<UserId, PersonalKey> found)
    {
        var ciphers = found.ToDictionary(static pair => pair.Key, static pair => new PersonalCipher(pair.Value));
        try
        {
            foreach (ref var e in events.AsSpan())
            {
                if (!e.IsOpen) e = Open(e, ciphers);
            }
        }
        finally
        {
            foreach (var cipher in ciphers.Values) cipher.Dispose();
        }
    }

    DecodedEvent Open(DecodedEvent parsed, Dictionary<UserId, PersonalCipher> ciphers)
    {
        var entry = contract.Of(parsed.Stored.Type);
        var (cipher, id) = (ciphers[entry.Owner(parsed.Event)], parsed.Stored.Id);
        return parsed with { Event = entry.Transform!(parsed.Event, text => cipher.Open(text, id)), IsOpen = true, IsErased = cipher.IsErased };
    }
}
