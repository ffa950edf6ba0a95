using System.Collections.Concurrent;
using Chat.Api.Live;
using Chat.Application.Conversations;
using Chat.Application.Log;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Domain.Receipts;
using Chat.Domain.Users;

namespace Chat.Api.Sync;

/// <summary>
/// Wakes those who wait for a change of their inbox, once the change can be read. Only a hint: whoever is woken reads, and whoever is not reads when
/// their time is over.
/// </summary>
sealed partial class InboxSignals(ProjectedLog projected, EventCodec codec, ConversationStreams conversations, ILogger<InboxSignals> logger) : BackgroundService
{
    static readonly StreamFilter Filter = new(StreamNames.Conversations, StreamNames.Users, StreamNames.Receipts);
    static readonly string[] Models = ["inbox"];
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    readonly ConcurrentDictionary<UserId, TaskCompletionSource> waiting = new();

    /// <summary>Completes with the next change. To be asked for before reading: what changes after the reading then completes it.</summary>
    public Task Next(UserId user) => waiting.GetOrAdd(user, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var page in projected.Follow(Filter, Models, stoppingToken))
                {
                    if (!waiting.IsEmpty) await Wake(await codec.Decode(page, stoppingToken), stoppingToken);
                }
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                LogNotWoken(logger, fault);
                await Task.Delay(Pause, stoppingToken);
                foreach (var user in waiting.Keys) Wake(user); // better once too often
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
                    Wake(changed.By);
                    break;
                case MessagesRead or MarkedUnread:
                    Wake(((ReceiptEvent)e.Event).By);
                    break;
            }
        }
    }

    async Task Wake(ConversationEvent @event, DecodedEvent recorded, CancellationToken ct)
    {
        var conversation = StreamNames.ConversationOf(recorded.Stored.Stream);
        var state = await conversations.Read(conversation, TimeSpan.MaxValue, ct);
        if (state.Sequence < recorded.Sequence) state = await conversations.Read(conversation, TimeSpan.Zero, ct);
        foreach (var member in state.Members.Keys) Wake(member);
        if (Gone(@event) is { } gone) Wake(gone);
    }

    static UserId? Gone(ConversationEvent @event) => @event switch
    {
        MemberRemoved e => e.Member,
        MemberBanned e => e.Member,
        MemberLeft e => e.By,
        _ => null,
    };

    void Wake(UserId user)
    {
        if (waiting.TryRemove(user, out var waits)) waits.TrySetResult();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Those who wait for changes could not be told of one.")]
    static partial void LogNotWoken(ILogger logger, Exception fault);
}
