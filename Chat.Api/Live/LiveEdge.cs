using System.Diagnostics;
using Chat.Application.Conversations;
using Chat.Application.Log;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Infrastructure.ReadModels;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Chat.Api.Live;

/// <summary>
/// Pushes what has been projected to the connections of this node. A push is only a hint: whoever misses one notices by the sequence and
/// reads; so this keeps no state that would have to survive, and begins at the head whenever it starts.
/// </summary>
sealed partial class LiveEdge(
    ReadModelProgress progress, IEventLog log, EventCodec codec, LiveConnections connections, Audience audience, UserClocks clocks, ILogger<LiveEdge> logger)
    : BackgroundService
{
    const int PageSize = 1_000;
    static readonly StreamFilter Conversations = new(StreamNames.Conversations);

    /// <summary>What is pushed can be queried: an entry waits until all of these have it.</summary>
    static readonly string[] Models = ["timeline", "inbox", "directory"];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var position = progress.Applied(Models);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var until = await progress.Beyond(position, Models, stoppingToken);
                if (!connections.IsEmpty) await Push(position, until, stoppingToken);
                position = until;
            }
            catch (LogUnavailableException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), stoppingToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                // One entry that cannot be shown must not keep all others from being pushed. Devices find it missing and read it, or its error.
                LogNotPushed(logger, fault, position);
                position = progress.Applied(Models);
            }
        }
    }

    async Task Push(LogPosition after, LogPosition until, CancellationToken ct)
    {
        while (after < until)
        {
            var page = new List<StoredEvent>();
            await foreach (var stored in log.ReadAll(after, Conversations, PageSize, ct))
            {
                if (stored.Position > until) break;
                page.Add(stored);
            }
            if (page.Count == 0) return;
            foreach (var run in await Runs(await codec.Decode(page, ct), ct)) Deliver(run);
            after = page.Count == PageSize ? page[^1].Position : until;
        }
    }

    /// <summary>What goes out together: consecutive entries of one conversation for the same members.</summary>
    sealed record Run(IReadOnlyCollection<UserId> Audience, List<DecodedEvent> Events);

    async Task<IEnumerable<Run>> Runs(IReadOnlyList<DecodedEvent> events, CancellationToken ct)
    {
        var runs = new List<Run>();
        var open = new Dictionary<StreamName, Run>();
        foreach (var e in events)
        {
            var members = await audience.Of(StreamNames.ConversationOf(e.Stored.Stream), e.Sequence, (ConversationEvent)e.Event, ct);
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
            if (deliveries > 0) clocks.Saw(user, lamport);
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

    [LoggerMessage(Level = LogLevel.Error, Message = "Something after {Position} could not be pushed.")]
    static partial void LogNotPushed(ILogger logger, Exception fault, LogPosition position);
}
