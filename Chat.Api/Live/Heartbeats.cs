using Chat.Application.Log;
using Chat.Domain;
using Chat.Infrastructure.ReadModels;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Options;

namespace Chat.Api.Live;

/// <summary>
/// Tells every device, every few seconds, how far those of its conversations have come that moved meanwhile. It comes after the entries in the
/// same queue, so a device that has less has lost a push, whatever the reason, and resumes that conversation.
/// </summary>
sealed partial class Heartbeats(
    LiveConnections connections, Audience audience, ReadModelProgress progress, IOptions<LiveOptions> options, TimeProvider time, ILogger<Heartbeats> logger)
    : BackgroundService
{
    const int MaxHeads = 200; // a message
    const int BytesOfHead = 60;
    static readonly string[] Readable = ["timeline"];

    readonly Lock sync = new();
    readonly Dictionary<StreamName, StoredEvent> moved = [];

    /// <summary>These are about to be pushed.</summary>
    public void Saw(IReadOnlyList<StoredEvent> page)
    {
        if (connections.IsEmpty) return;
        lock (sync)
        {
            foreach (var stored in page) moved[stored.Stream] = stored;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.HeartbeatInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await Beat(stoppingToken);
    }

    async Task Beat(CancellationToken ct)
    {
        var heads = Take();
        try
        {
            foreach (var (user, mine) in await ByUser(heads, ct))
            {
                foreach (var part in mine.Chunk(MaxHeads)) Send(user, part);
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogNotTold(logger, fault);
            PutBack(heads); // the store is away: with the next one
        }
    }

    /// <summary>The heads that can be read by now; the others wait for the next beat.</summary>
    List<StoredEvent> Take()
    {
        var applied = progress.Applied(Readable);
        lock (sync)
        {
            var taken = moved.Values.Where(head => head.Position <= applied).ToList();
            foreach (var head in taken) moved.Remove(head.Stream);
            return taken;
        }
    }

    void PutBack(List<StoredEvent> heads)
    {
        lock (sync)
        {
            foreach (var head in heads) moved.TryAdd(head.Stream, head);
        }
    }

    async Task<Dictionary<UserId, List<Head>>> ByUser(List<StoredEvent> heads, CancellationToken ct)
    {
        var byUser = new Dictionary<UserId, List<Head>>();
        foreach (var (conversation, members) in await audience.After([.. heads.Select(static head => (StreamNames.ConversationOf(head.Stream), head.Revision))], ct))
        {
            foreach (var user in members.Users)
            {
                if (connections.Of(user).IsEmpty) continue;
                if (!byUser.TryGetValue(user, out var mine)) byUser.Add(user, mine = []);
                mine.Add(new(conversation.ToString(), members.Sequence));
            }
        }
        return byUser;
    }

    void Send(UserId user, Head[] heads)
    {
        var message = new SerializedHubMessage(new InvocationMessage("heartbeat", [new Heartbeat(heads)]));
        foreach (var connection in connections.Of(user)) connection.TrySend(message, heads.Length * BytesOfHead);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Devices could not be told the heads of their conversations.")]
    static partial void LogNotTold(ILogger logger, Exception fault);
}
