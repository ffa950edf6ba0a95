using Chat.Application.Log;
using Chat.Domain;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Options;

namespace Chat.Api.Live;

/// <summary>
/// Tells every device, every few seconds, how far those of its conversations have come that moved meanwhile. It comes after the entries in the
/// same queue, so a device that has less has lost a push, whatever the reason, and resumes that conversation.
/// </summary>
sealed partial class Heartbeats(LiveConnections connections, Audience audience, IOptions<LiveOptions> options, TimeProvider time, ILogger<Heartbeats> logger)
    : BackgroundService
{
    const int MaxHeads = 200; // a message
    const int BytesOfHead = 60;

    readonly Lock sync = new();
    Dictionary<StreamName, long> moved = [];

    /// <summary>These are about to be pushed.</summary>
    public void Saw(IReadOnlyList<StoredEvent> page)
    {
        lock (sync)
        {
            foreach (var stored in page) moved[stored.Stream] = stored.Revision;
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

    Dictionary<StreamName, long> Take()
    {
        lock (sync)
        {
            var taken = moved;
            moved = [];
            return taken;
        }
    }

    void PutBack(Dictionary<StreamName, long> heads)
    {
        lock (sync)
        {
            foreach (var (stream, head) in heads) moved.TryAdd(stream, head);
        }
    }

    async Task<Dictionary<UserId, List<Head>>> ByUser(Dictionary<StreamName, long> heads, CancellationToken ct)
    {
        var byUser = new Dictionary<UserId, List<Head>>();
        foreach (var (stream, sequence) in heads)
        {
            var conversation = StreamNames.ConversationOf(stream);
            foreach (var user in await audience.After(conversation, sequence, ct))
            {
                if (connections.Of(user).IsEmpty) continue;
                if (!byUser.TryGetValue(user, out var mine)) byUser.Add(user, mine = []);
                mine.Add(new(conversation.ToString(), sequence));
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
