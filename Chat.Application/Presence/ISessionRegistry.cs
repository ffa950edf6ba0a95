namespace Chat.Application.Presence;

/// <summary>Which devices are connected, on any node. Forgets by itself what its node no longer vouches for.</summary>
public interface ISessionRegistry
{
    /// <summary>The ids of those of the users' devices that are connected now, on any node.</summary>
    Task<IReadOnlySet<Guid>> ConnectedDevices(IReadOnlyCollection<Guid> users, CancellationToken ct);
}
