using BitFaster.Caching.Lru;
using Chat.Application.Presence;
using Chat.Domain;
using Microsoft.Extensions.Options;

namespace Chat.Infrastructure.Memory;

/// <summary>Presence for a single node.</summary>
public sealed class MemoryPresence(IOptions<PresenceOptions> options, TimeProvider time) : IPresence, ISessionRegistry
{
    readonly Lock sync = new();
    readonly Dictionary<UserId, Dictionary<ConnectedDevice, long>> held = []; // when each was last held
    readonly ConcurrentLru<UserId, DateTimeOffset> lastSeen = new(100_000);

    public Task Hold(IReadOnlyCollection<ConnectedDevice> devices, CancellationToken ct)
    {
        lock (sync)
        {
            foreach (var device in devices)
            {
                if (!held.TryGetValue(device.User, out var ofUser)) held.Add(device.User, ofUser = []);
                ofUser[device] = time.GetTimestamp();
                lastSeen.AddOrUpdate(device.User, time.GetUtcNow());
            }
        }
        return Task.CompletedTask;
    }

    public Task Release(IReadOnlyCollection<ConnectedDevice> devices, CancellationToken ct)
    {
        lock (sync)
        {
            foreach (var device in devices)
            {
                if (Connected(device.User).Remove(device)) lastSeen.AddOrUpdate(device.User, time.GetUtcNow());
            }
        }
        return Task.CompletedTask;
    }

    public Task<IReadOnlyDictionary<UserId, UserPresence>> Of(IReadOnlyCollection<UserId> users, CancellationToken ct)
    {
        lock (sync) return Task.FromResult<IReadOnlyDictionary<UserId, UserPresence>>(users.Distinct().ToDictionary(static user => user, Of));
    }

    public Task<IReadOnlySet<Guid>> ConnectedDevices(IReadOnlyCollection<Guid> users, CancellationToken ct)
    {
        lock (sync)
        {
            return Task.FromResult<IReadOnlySet<Guid>>(users.SelectMany(user => Connected(new(user)).Keys).Select(static device => device.Device.Value).ToHashSet());
        }
    }

    UserPresence Of(UserId user) => Connected(user).Count > 0 ? UserPresence.Online
        : lastSeen.TryGet(user, out var seen) ? new(PresenceState.Offline, seen)
        : UserPresence.Unknown;

    Dictionary<ConnectedDevice, long> Connected(UserId user)
    {
        if (!held.TryGetValue(user, out var devices)) return [];
        foreach (var (device, at) in devices)
        {
            if (time.GetElapsedTime(at) >= options.Value.Ttl) devices.Remove(device);
        }
        if (devices.Count == 0) held.Remove(user);
        return devices;
    }
}
