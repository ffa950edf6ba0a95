using System.Net;
using Chat.Application.Log;
using Chat.Infrastructure.EventStoreDb.Wire;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using State = Chat.Infrastructure.EventStoreDb.Wire.MemberInfo.Types.VNodeState;

namespace Chat.Infrastructure.EventStoreDb;

/// <summary>Finds the node to talk to, keeps to it, and looks again when it is lost or says that it is not the leader.</summary>
sealed partial class Cluster(ConnectionString settings, ILogger logger) : IAsyncDisposable
{
    public static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    readonly SemaphoreSlim finding = new(1, 1);
    volatile Node? current;
    DnsEndPoint? redirect;

    /// <summary>Makes a call, on another node or once more where that helps, until the deadline. What is called must stand being repeated.</summary>
    /// <exception cref="LogUnavailableException">It did not come to an answer.</exception>
    public async Task<T> Call<T>(Func<Node, CancellationToken, Task<T>> call, CancellationToken ct, TimeSpan? deadline = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(deadline ?? settings.DefaultDeadline);
        Exception? last = null;
        for (var pause = FirstPause; ; pause = Longer(pause))
        {
            Node? node = null;
            try
            {
                node = await Current(limit.Token);
                return await call(node, limit.Token);
            }
            catch (RpcException) when (ct.IsCancellationRequested)
            {
                throw new OperationCanceledException(ct);
            }
            catch (Exception fault) when (!ct.IsCancellationRequested && (ServerFaults.IsTransient(fault) || ServerFaults.SettingIn(fault) is not null))
            {
                last = limit.IsCancellationRequested ? last ?? fault : fault;
                Lost(node, fault);
                if (ServerFaults.SettingIn(last) is { } setting) throw new LogUnavailableException(setting.Message, setting);
                if (limit.IsCancellationRequested) throw new LogUnavailableException($"EventStoreDB ({settings}) is out of reach{ServerFaults.HintAt(last)}", last);
            }
            catch (RpcException fault)
            {
                throw Refused(fault);
            }
            await Task.Delay(pause, limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // at the limit the next try says why
            ct.ThrowIfCancellationRequested();
        }
    }

    public LogUnavailableException Refused(RpcException fault) => new($"EventStoreDB ({settings}) refuses this: {fault.StatusCode}, {fault.Status.Detail}", fault);

    /// <summary>The node to talk to now.</summary>
    public async ValueTask<Node> Current(CancellationToken ct)
    {
        if (current is { } known) return known;
        await finding.WaitAsync(ct);
        try
        {
            if (current is { } found) return found;
            var endpoint = await Find(ct);
            LogConnecting(logger, endpoint.Host, endpoint.Port);
            return current = new(endpoint, settings, settings.NodePreference == NodePreference.Leader);
        }
        finally
        {
            finding.Release();
        }
    }

    /// <summary>Takes note of what a call on a node came to, so that the next one asks a better one.</summary>
    public void Lost(Node? node, Exception fault)
    {
        if (node is null || node != current) return;
        var leader = ServerFaults.LeaderIn(fault);
        // A single node stays where it is, and its channel connects again by itself.
        if (leader is null && !settings.Discover && node.Endpoint.Equals(settings.Hosts[0])) return;
        if (leader is null && fault is RpcException { StatusCode: StatusCode.Aborted }) return; // it is there and slow
        redirect = leader;
        if (Interlocked.CompareExchange(ref current, null, node) == node)
        {
            LogLost(logger, fault.GetType().Name, node.Endpoint.Host, node.Endpoint.Port);
            _ = node.DisposeAsync().AsTask();
        }
    }

    public static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;

    async Task<DnsEndPoint> Find(CancellationToken ct)
    {
        if (Interlocked.Exchange(ref redirect, null) is { } leader) return leader;
        if (!settings.Discover) return settings.Hosts[0];
        for (var tries = 1; ; tries++)
        {
            Exception? last = null;
            foreach (var seed in settings.Hosts.OrderBy(static _ => Random.Shared.Next()))
            {
                try
                {
                    if (Best(await Gossip(seed, ct)) is { } best) return best;
                }
                catch (Exception fault) when (fault is RpcException or EventStoreDbSettingException)
                {
                    last = fault;
                }
            }
            if (last is not null && ServerFaults.SettingIn(last) is { } setting) throw setting;
            if (tries == settings.MaxDiscoverAttempts) throw new RpcException(new(StatusCode.Unavailable, $"No node to talk to among those that {settings} name.", last));
            await Task.Delay(settings.DiscoveryInterval, ct);
        }
    }

    async Task<ClusterInfo> Gossip(DnsEndPoint seed, CancellationToken ct)
    {
        await using var node = new Node(seed, settings, requiresLeader: false);
        DateTime? deadline = settings.GossipTimeout == System.Threading.Timeout.InfiniteTimeSpan ? null : DateTime.UtcNow + settings.GossipTimeout;
        return await node.Gossip.ReadAsync(new Empty(), deadline: deadline, cancellationToken: ct);
    }

    DnsEndPoint? Best(ClusterInfo cluster)
    {
        var wanted = settings.NodePreference switch
        {
            NodePreference.Follower => [State.Follower, State.Leader, State.ReadOnlyReplica],
            NodePreference.ReadOnlyReplica => [State.ReadOnlyReplica, State.Follower, State.Leader],
            NodePreference.Leader => new[] { State.Leader },
            _ => [],
        };
        var usable = cluster.Members.Where(member => member.IsAlive && (wanted.Length > 0
            ? wanted.Contains(member.State)
            : member.State is State.Leader or State.Follower or State.ReadOnlyReplica)).ToList();
        return usable.OrderBy(member => Array.IndexOf(wanted, member.State)).ThenBy(static _ => Random.Shared.Next()).FirstOrDefault() is { } best
            ? new(best.HttpEndPoint.Address, (int)best.HttpEndPoint.Port)
            : null;
    }

    // more than once: a container disposes of what it gave out under each of its names
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref current, null) is { } node) await node.DisposeAsync();
        finding.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "EventStoreDB: talking to {Host}:{Port}.")]
    static partial void LogConnecting(ILogger logger, string host, int port);

    [LoggerMessage(Level = LogLevel.Warning, Message = "EventStoreDB: {Fault} from {Host}:{Port}; looking for the node to talk to.")]
    static partial void LogLost(ILogger logger, string fault, string host, int port);
}
