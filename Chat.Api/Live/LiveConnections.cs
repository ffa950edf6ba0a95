using System.Collections.Concurrent;
using System.Globalization;
using Chat.Api.Auth;
using Chat.Domain;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace Chat.Api.Live;

/// <summary>
/// The connections of this node by user. Takes the place of SignalR's own bookkeeping: that would look through all connections for each
/// entry, and has no bound on what waits for a slow one.
/// </summary>
public sealed class LiveConnections(IOptions<LiveOptions> options, TimeProvider time, ILogger<DefaultHubLifetimeManager<ChatHub>> logger)
    : DefaultHubLifetimeManager<ChatHub>(logger)
{
    readonly ConcurrentDictionary<UserId, LiveConnection[]> byUser = new();
    int count;

    public int Count => Volatile.Read(ref count);

    public bool IsEmpty => Count == 0;

    public IEnumerable<LiveConnection> All => byUser.Values.SelectMany(static connections => connections);

    public ReadOnlySpan<LiveConnection> Of(UserId user) => byUser.TryGetValue(user, out var connections) ? connections : [];

    public override async Task OnConnectedAsync(HubConnectionContext connection)
    {
        await base.OnConnectedAsync(connection);
        var live = new LiveConnection(connection, ExpiryOf(connection), time);
        connection.Items[typeof(LiveConnection)] = live;
        var all = byUser.AddOrUpdate(live.Caller.User, [live], (_, others) => others.Length < options.Value.MaxConnectionsPerUser ? [.. others, live] : others);
        if (!all.Contains(live))
        {
            await live.Close(new("connection_limit", false, 0));
            return;
        }
        Interlocked.Increment(ref count);
        LiveTelemetry.Connections.Add(1);
    }

    public override async Task OnDisconnectedAsync(HubConnectionContext connection)
    {
        await base.OnDisconnectedAsync(connection);
        if (connection.Items[typeof(LiveConnection)] is not LiveConnection live) return;
        var removed = false;
        byUser.AddOrUpdate(live.Caller.User, [], (_, all) =>
        {
            removed = all.Contains(live);
            return [.. all.Where(other => other != live)];
        });
        byUser.TryRemove(new(live.Caller.User, []));
        if (!removed) return;
        Interlocked.Decrement(ref count);
        LiveTelemetry.Connections.Add(-1);
    }

    static DateTimeOffset ExpiryOf(HubConnectionContext connection) =>
        long.TryParse(connection.User.FindFirst(Claims.Expires)?.Value, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : DateTimeOffset.MaxValue;
}
