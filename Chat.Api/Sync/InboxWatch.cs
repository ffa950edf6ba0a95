using Chat.Api.Live;
using Chat.Application.Conversations;
using Chat.Application.Log;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Domain.Receipts;
using Chat.Domain.Users;

namespace Chat.Api.Sync;

/// <summary>Finds in the log whose inboxes have changed, and wakes those who wait for it once the change can be read.</summary>
sealed partial class InboxWatch(
    ProjectedLog projected, EventCodec codec, ConversationStreams conversations, InboxSignals signals, ILogger<InboxWatch> logger) : BackgroundService
{
    static readonly StreamFilter Filter = new(StreamNames.Conversations, StreamNames.Users, StreamNames.Receipts);
    static readonly string[] Models = ["inbox"];
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var page in projected.Follow(Filter, Models, stoppingToken))
                {
                    if (signals.AreAwaited) await Wake(await codec.Decode(page, stoppingToken), stoppingToken);
                }
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                LogNotWoken(logger, fault);
                await Task.Delay(Pause, stoppingToken);
                signals.WakeAll(); // better once too often
            }
        }
    }

    async Task Wake(IReadOnlyList<DecodedEvent> events, CancellationToken ct)
    {
        foreach (var e in events)
        {
            switch (e.Event)
            {
                case ConversationEvent changed:
                    await Wake(changed, e, ct);
                    break;
                case InboxPreferenceChanged changed:
                    signals.Wake(changed.By);
                    break;
                case MessagesRead or MarkedUnread:
                    signals.Wake(((ReceiptEvent)e.Event).By);
                    break;
            }
        }
    }

    async Task Wake(ConversationEvent @event, DecodedEvent recorded, CancellationToken ct)
    {
        var conversation = StreamNames.ConversationOf(recorded.Stored.Stream);
        var state = await conversations.Read(conversation, TimeSpan.MaxValue, ct);
        if (state.Sequence < recorded.Sequence) state = await conversations.Read(conversation, TimeSpan.Zero, ct);
        foreach (var member in state.Members.Keys) signals.Wake(member);
        if (Gone(@event) is { } gone) signals.Wake(gone);
    }

    static UserId? Gone(ConversationEvent @event) => @event switch
    {
        MemberRemoved e => e.Member,
        MemberBanned e => e.Member,
        MemberLeft e => e.By,
        _ => null,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "Those who wait for changes could not be told of one.")]
    static partial void LogNotWoken(ILogger logger, Exception fault);
}
