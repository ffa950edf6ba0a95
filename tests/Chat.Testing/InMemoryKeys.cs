using System.Collections.Concurrent;
using System.Security.Cryptography;
using Chat.Application.Keys;
using Chat.Domain;

namespace Chat.Testing;

public sealed class InMemoryKeys : IPersonalKeys
{
    readonly ConcurrentDictionary<UserId, PersonalKey> keys = new();

    public Task Create(UserId owner, CancellationToken ct)
    {
        keys.TryAdd(owner, new(RandomNumberGenerator.GetBytes(32)));
        return Task.CompletedTask;
    }

    public ValueTask<IReadOnlyDictionary<UserId, PersonalKey>> Find(IReadOnlyCollection<UserId> owners, CancellationToken ct) =>
        new(owners.ToDictionary(static owner => owner, owner => keys.TryGetValue(owner, out var key) ? key : throw new PersonalKeyMissingException(owner)));

    public Task Erase(UserId owner, CancellationToken ct)
    {
        keys[owner] = PersonalKey.Erased;
        return Task.CompletedTask;
    }
}
