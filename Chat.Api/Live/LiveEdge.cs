using System.Diagnostics;
using Chat.Application.Conversations;
using Chat.Application.Log;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.ReadModels;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Chat.Api.Live;

/// <summary>
/// Pushes what has been projected to the connections of this node. A push is only a hint: whoever misses one notices by the sequence and
/// reads; so this keeps no state that would have to survive, and begins at the head whenever it starts.
/// </summary>
sealed partial class LiveEdge(
    ReadModelProgress progress, ProjectedLog projected, EventCodec codec, LiveConnections connections, Audience audience, Heartbeats heartbeats, UserClocks clocks,
    ILogger<LiveEdge> logger)
    : BackgroundService
{
    const int MaxTries = 5;
    static readonly StreamFilter Conversations = new(StreamNames.Conversations);

    // What is pushed can be queried: an entry waits until the timeline has it, and a reader of the inbox until that is as far.
    static readonly string[] ForMessages = ["timeline"];
    static readonly string[] Models = [.. ForMessages, "directory"];

    // Where pushing goes on: what is before has been handed to the connections. Nothing before the first start.
    LogPosition? pushed;

    // Where the page ends that is being pushed.
    LogPosition pushing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var tries = 1; !stoppingToken.IsCancellationRequested; tries++)
        {
            var before = pushed;
            try
            {
                await Follow(stoppingToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                if (pushed > before) tries = 1;
                LogNotPushed(logger, fault, pushed, tries);
                // What cannot be shown at all must not keep everything after it from being pushed: the next heartbeat tells devices that it is missing.
                if (tries >= MaxTries && !PostgresFaults.IsUnavailable(fault) && fault is not LogUnavailableException && pushing > pushed) pushed = pushing;
                await Task.Delay(TimeSpan.FromMilliseconds(200), stoppingToken);
            }
        }
    }

    /// <summary>Follows the log's end, which this node's subscribers share, and pushes each event once the read models have it.</summary>
    async Task Follow(CancellationToken ct)
    {
        pushed ??= await projected.Now(Models, ct);
        await foreach (var (events, until) in projected.Follow(pushed.Value, Conversations, ForMessages, ct))
        {
            pushing = until;
            heartbeats.Saw(events);
            if (events.Count > 0) await Push(events, ct);
            pushed = until;
        }
    }

    async Task Push(IReadOnlyList<StoredEvent> page, CancellationToken ct)
    {
        var events = await codec.Decode(page, ct);
        if (!events.All(static e => e.Event is MessageSent or MessageChange)) await progress.Reach(page[^1].Position, Models, ct);
        if (connections.IsEmpty && clocks.IsEmpty) return;
        foreach (var run in await Runs(events, ct)) Deliver(run);
    }

    /// <summary>What goes out together: consecutive entries of one conversation for the same members.</summary>
    sealed record Run(IReadOnlyCollection<UserId> Audience, List<DecodedEvent> Events);

    async Task<IEnumerable<Run>> Runs(IReadOnlyList<DecodedEvent> events, CancellationToken ct)
    {
        var runs = new List<Run>();
        var open = new Dictionary<StreamName, Run>();
        var audiences = await audience.Of([.. events.Select(static e => (StreamNames.ConversationOf(e.Stored.Stream), e.Sequence, (ConversationEvent)e.Event))], ct);
        foreach (var (e, members) in events.Zip(audiences))
        {
            if (!open.TryGetValue(e.Stored.Stream, out var run) || !ReferenceEquals(run.Audience, members))
            {
                runs.Add(open[e.Stored.Stream] = run = new(members, []));
            }
            run.Events.Add(e);
        }
        return runs;
    }

    void Deliver(Run run)
    {
        SerializedHubMessage? message = null;
        var (size, deliveries) = (0, 0);
        var lamport = run.Events[^1].Metadata.Lamport;
        foreach (var user in run.Audience)
        {
            foreach (var connection in connections.Of(user))
            {
                if (message is null)
                {
                    var entries = run.Events.ConvertAll(EntryView.Of);
                    message = new(new InvocationMessage("entries", [entries])); // serialized once a protocol, for all of them
                    size = run.Events.Sum(static e => e.Stored.Data.Length + 200);
                }
                if (connection.TrySend(message, size)) deliveries++;
                else _ = connection.Close(new(Bye.SlowConsumer, true, 1_000));
            }
            clocks.Saw(user, lamport);
        }
        if (deliveries == 0) return;
        LiveTelemetry.Deliveries.Add(deliveries);
        Trace(run);
    }

    static void Trace(Run run)
    {
        var first = run.Events[0];
        LiveTelemetry.PushLatency.Record((DateTimeOffset.UtcNow - first.Stored.Created).TotalSeconds);
        ActivityContext.TryParse(first.Metadata.Traceparent, null, out var request);
        using var activity = LiveTelemetry.Source.StartActivity("live.push", ActivityKind.Producer, request);
        activity?.SetTag("chat.entries", run.Events.Count);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What follows {Position} could not be pushed (try {Tries}).")]
    static partial void LogNotPushed(ILogger logger, Exception fault, LogPosition? position, int tries);
}
