using Chat.Domain;

namespace Chat.Application.Presence;

/// <summary>
/// Who is there. The node that a device is connected to vouches for it again and again; what nobody vouches for any more is forgotten by itself.
/// Nothing here is in the log, and no message waits for it.
/// </summary>
public interface IPresence
{
    /// <summary>These devices are connected now, and are taken to be until <see cref="PresenceOptions.Ttl"/> has passed.</summary>
    /// <exception cref="PresenceUnavailableException">The store is away.</exception>
    Task Hold(IReadOnlyCollection<ConnectedDevice> devices, CancellationToken ct);

    /// <summary>These have gone.</summary>
    /// <exception cref="PresenceUnavailableException">The store is away.</exception>
    Task Release(IReadOnlyCollection<ConnectedDevice> devices, CancellationToken ct);

    /// <summary>Each of the users; unknown while the store is away, and who never was there.</summary>
    Task<IReadOnlyDictionary<UserId, UserPresence>> Of(IReadOnlyCollection<UserId> users, CancellationToken ct);
}

/// <param name="Node">Which node says so: a device may be seen on two of them while it moves.</param>
public readonly record struct ConnectedDevice(UserId User, DeviceId Device, Guid Node);

/// <param name="LastSeen">When the last device went, or was last vouched for; null while one is connected.</param>
public sealed record UserPresence(PresenceState State, DateTimeOffset? LastSeen = null)
{
    public static readonly UserPresence Unknown = new(PresenceState.Unknown);
    public static readonly UserPresence Online = new(PresenceState.Online);
}

public enum PresenceState
{
    Unknown,
    Online,
    Offline,
}

/// <summary>Where presence is kept is out of reach. It comes back by itself.</summary>
public sealed class PresenceUnavailableException(string message, Exception inner) : Exception(message, inner);
