using Chat.Domain;

namespace Chat.Application.Keys;

/// <summary>
/// The data keys that seal personal content, one a user, in a store that can forget. A key that was destroyed and a key that is
/// missing are different things: the first is an erasure, the second a fault.
/// </summary>
public interface IPersonalKeys
{
    /// <summary>Makes the user's key, unless there is one. Before it returns the key is durable.</summary>
    Task Create(UserId owner, CancellationToken ct);

    /// <summary>The keys of these users. Synchronous when all are cached.</summary>
    /// <exception cref="PersonalKeyMissingException">A user has no row: the key table does not belong to this log, or was lost.</exception>
    ValueTask<IReadOnlyDictionary<UserId, PersonalKey>> Find(IReadOnlyCollection<UserId> owners, CancellationToken ct);

    /// <summary>Destroys a user's key for good and remembers that it was done on purpose. Doing it again costs nothing.</summary>
    Task Erase(UserId owner, CancellationToken ct);
}

/// <summary>A 256-bit data key, or the mark that it was destroyed.</summary>
public sealed class PersonalKey(ReadOnlyMemory<byte>? value)
{
    public static readonly PersonalKey Erased = new(null);

    public ReadOnlyMemory<byte>? Value { get; } = value;
}

public sealed class PersonalKeyMissingException(UserId owner)
    : Exception($"There is no key for user {owner}, and no mark of an erasure: the key table was lost or belongs to another log.")
{
    public UserId Owner { get; } = owner;
}

/// <summary>The author has been erased: nobody writes in their name any more.</summary>
public sealed class UserErasedException(UserId user) : Exception($"User {user} has been erased.");
