using System.Collections.Concurrent;
using Chat.Application.Presence;

namespace Chat.Testing;

/// <summary>Devices that a test connects.</summary>
public sealed class InMemoryConnections : ISessionRegistry
{
    readonly ConcurrentDictionary<Guid, Guid> devices = new();

    public void Connect(Guid user, Guid device) => devices[device] = user;

    public void Disconnect(Guid device) => devices.TryRemove(device, out _);

    public Task<IReadOnlySet<Guid>> ConnectedDevices(IReadOnlyCollection<Guid> users, CancellationToken ct) =>
        Task.FromResult<IReadOnlySet<Guid>>(devices.Where(device => users.Contains(device.Value)).Select(static device => device.Key).ToHashSet());
}
