namespace Chat.Application.Presence;

public interface ISessionRegistry
{
    /// <summary>Which devices of these users are connected now, on any node: ids of devices or of their sessions.</summary>
    Task<IReadOnlySet<Guid>> ConnectedDevices(IReadOnlyCollection<Guid> users, CancellationToken ct);
}
