using Chat.Infrastructure.EventStoreDb.Wire;
using Grpc.Core;
using State = Chat.Infrastructure.EventStoreDb.Wire.MemberInfo.Types.VNodeState;

namespace Chat.Testing.EventStoreDb;

sealed class FeaturesOverGrpc : ServerFeatures.ServerFeaturesBase
{
    const string Streams = "event_store.client.streams.streams";

    public override Task<SupportedMethods> GetSupportedMethods(Empty request, ServerCallContext context) => Task.FromResult(new SupportedMethods
    {
        EventStoreServerVersion = "24.10.9",
        Methods =
        {
            Of(Streams, "append"), Of(Streams, "batchappend", "deadline_duration"), Of(Streams, "read", "position", "events"), Of(Streams, "delete"), Of(Streams, "tombstone"),
            Of("event_store.client.gossip.gossip", "read"), Of("event_store.client.server_features.serverfeatures", "getsupportedmethods"),
        },
    });

    static SupportedMethod Of(string service, string method, params string[] features) => new() { ServiceName = service, MethodName = method, Features = { features } };
}

/// <summary>This node and, where the faults name one, the leader.</summary>
sealed class GossipOverGrpc(EventStoreServer server, Faults faults) : Gossip.GossipBase
{
    public override Task<ClusterInfo> Read(Empty request, ServerCallContext context)
    {
        var cluster = new ClusterInfo { Members = { Member(faults.Leader is null ? State.Leader : State.Follower, "127.0.0.1", server.Port) } };
        if (faults.Leader is { } leader) cluster.Members.Add(Member(State.Leader, leader.Host, leader.Port));
        return Task.FromResult(cluster);
    }

    static MemberInfo Member(State state, string host, int port) => new()
    {
        InstanceId = Wire.Structured(Guid.NewGuid()),
        TimeStamp = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks,
        State = state,
        IsAlive = true,
        HttpEndPoint = new() { Address = host, Port = (uint)port },
    };
}
