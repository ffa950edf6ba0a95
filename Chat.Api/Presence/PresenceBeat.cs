using System.Threading.Channels;
using Chat.Api.Auth;
using Chat.Api.Live;
using Chat.Application.Presence;
using Microsoft.Extensions.Options;

namespace Chat.Api.Presence;

/// <summary>Vouches for the devices that are connected to this node: when one comes or goes, and for all of them every half minute.</summary>
public sealed partial class PresenceBeat(
    LiveConnections connections, IPresence presence, IOptions<PresenceOptions> options, TimeProvider time, ILogger<PresenceBeat> logger) : BackgroundService
{
    const int MaxAtOnce = 1_000;

    readonly Guid node = Guid.NewGuid();
    readonly Channel<ConnectedDevice> moved = Channel.CreateUnbounded<ConnectedDevice>(new() { SingleReader = true }); // one for each connect and disconnect

    /// <summary>A device has come or gone. Nobody waits for presence.</summary>
    public void Look(Caller caller) => moved.Writer.TryWrite(DeviceOf(caller));

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(FollowMoves(stoppingToken), Beat(stoppingToken));

    async Task FollowMoves(CancellationToken ct)
    {
        while (await moved.Reader.WaitToReadAsync(ct))
        {
            var devices = new HashSet<ConnectedDevice>();
            while (devices.Count < MaxAtOnce && moved.Reader.TryRead(out var device)) devices.Add(device);
            var here = devices.ToLookup(IsHere);
            await Tell(presence.Hold, [.. here[true]], ct);
            await Tell(presence.Release, [.. here[false]], ct);
        }
    }

    async Task Beat(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(options.Value.Heartbeat, time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            foreach (var part in connections.All.Select(connection => DeviceOf(connection.Caller)).Distinct().Chunk(MaxAtOnce)) await Tell(presence.Hold, part, ct);
        }
    }

    async Task Tell(Func<IReadOnlyCollection<ConnectedDevice>, CancellationToken, Task> tell, ConnectedDevice[] devices, CancellationToken ct)
    {
        if (devices.Length == 0) return;
        try
        {
            await tell(devices, ct);
        }
        catch (PresenceUnavailableException away)
        {
            LogNotTold(logger, away, devices.Length); // the next beat does
        }
    }

    bool IsHere(ConnectedDevice device)
    {
        foreach (var connection in connections.Of(device.User))
        {
            if (connection.Caller.Device == device.Device && !connection.Context.ConnectionAborted.IsCancellationRequested) return true;
        }
        return false;
    }

    ConnectedDevice DeviceOf(Caller caller) => new(caller.User, caller.Device, node);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The presence of {Devices} devices could not be told.")]
    static partial void LogNotTold(ILogger logger, Exception fault, int devices);
}
