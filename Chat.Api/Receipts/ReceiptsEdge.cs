using BitFaster.Caching.Lru;
using Chat.Api.Live;
using Chat.Application.Conversations;
using Chat.Application.Log;
using Chat.Application.Users;
using Chat.Domain;
using Chat.Domain.Receipts;
using Chat.Domain.Users;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Chat.Api.Receipts;

/// <summary>
/// Pushes receipts to the devices of those whose messages they are about. A push is only a hint: whoever misses one gets the next, or reads; so this
/// begins at the head whenever it starts, and a watermark told twice does no harm.
/// </summary>
sealed partial class ReceiptsEdge(
    ProjectedLog projected, EventCodec codec, LiveConnections connections, ConversationStreams conversations, UserStreams users, TimeProvider time,
    ILogger<ReceiptsEdge> logger) : BackgroundService
{
    const int Size = 200; // of one receipt on the wire, roughly
    static readonly StreamFilter Receipts = new(StreamNames.Receipts, StreamNames.Users);
    static readonly string[] Models = ["receipts"]; // whoever reads the inbox waits until that is as far
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    readonly ConcurrentLru<StreamName, Mark> told = new(50_000);
    long began;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                began = time.GetTimestamp();
                await foreach (var page in projected.Follow(Receipts, Models, stoppingToken))
                {
                    if (connections.IsEmpty) began = time.GetTimestamp(); // what is passed over now is looked up again
                    else await Push(await codec.Decode(page, stoppingToken), stoppingToken);
                }
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                LogNotPushed(logger, fault);
                await Task.Delay(Pause, stoppingToken);
            }
        }
    }

    async Task Push(IReadOnlyList<DecodedEvent> events, CancellationToken ct)
    {
        foreach (var e in events)
        {
            if (e.Event is ReadReceiptsChanged { By: var user }) await users.Read(user, TimeSpan.Zero, ct);
        }
        var receivers = new Dictionary<UserId, List<LiveReceipt>>();
        foreach (var move in Moves(events))
        {
            Tell(receivers, move.By, move.View(withRead: true));
            var hidden = await Hides(move.By, ct);
            foreach (var sender in await SendersOf(move, ct)) Tell(receivers, sender, move.View(withRead: !hidden && !await Hides(sender, ct)));
        }
        foreach (var (receiver, receipts) in receivers) Deliver(receiver, receipts);
    }

    List<ReceiptMove> Moves(IReadOnlyList<DecodedEvent> events)
    {
        var moves = new Dictionary<StreamName, ReceiptMove>();
        foreach (var e in events)
        {
            if (MarkOf(e.Event) is not { } mark) continue;
            var (stream, receipt) = (e.Stored.Stream, (ReceiptEvent)e.Event);
            if (!moves.TryGetValue(stream, out var move))
            {
                var from = told.TryGet(stream, out var before) ? before : Mark.None;
                move = new(StreamNames.ConversationOfReceipts(stream), receipt.By, from, from, e.Position, receipt.At);
            }
            moves[stream] = move.Advance(mark, e, receipt.At);
        }
        foreach (var (stream, move) in moves) told.AddOrUpdate(stream, move.To);
        return [.. moves.Values.Where(static move => move.Moves)];
    }

    static Mark? MarkOf(object @event) => @event switch
    {
        MessagesDelivered e => Mark.DeliveredUpTo(e.UpTo),
        MessagesRead e => Mark.ReadUpTo(e.UpTo),
        _ => null,
    };

    /// <summary>Present members who sent what has been reached, as far as the conversation's state still knows its messages.</summary>
    async ValueTask<IEnumerable<UserId>> SendersOf(ReceiptMove move, CancellationToken ct)
    {
        var state = await conversations.Read(move.Conversation, TimeSpan.MaxValue, ct);
        if (state.Sequence < move.To.Delivered) state = await conversations.Read(move.Conversation, TimeSpan.Zero, ct);
        return state.Messages.After(move.Before).Where(head => move.Covers(head.Sequence)).Select(static head => head.Author)
            .Distinct().Where(sender => sender != move.By && state.Member(sender) is not null && connections.Of(sender).Length > 0);
    }

    // Looked up once since this began to follow what is said, and again when they say that they have changed their mind.
    async ValueTask<bool> Hides(UserId user, CancellationToken ct) => (await users.Read(user, time.GetElapsedTime(began), ct)).HidesReadReceipts;

    static void Tell(Dictionary<UserId, List<LiveReceipt>> receivers, UserId receiver, LiveReceipt? receipt)
    {
        if (receipt is null) return;
        if (receivers.TryGetValue(receiver, out var receipts)) receipts.Add(receipt);
        else receivers.Add(receiver, [receipt]);
    }

    void Deliver(UserId receiver, List<LiveReceipt> receipts)
    {
        SerializedHubMessage? message = null;
        foreach (var connection in connections.Of(receiver))
        {
            message ??= new(new InvocationMessage("receipts", [receipts]));
            if (!connection.TrySend(message, receipts.Count * Size)) _ = connection.Close(new(Bye.SlowConsumer, true, 1_000));
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Receipts could not be pushed; going on at the head.")]
    static partial void LogNotPushed(ILogger logger, Exception fault);
}
