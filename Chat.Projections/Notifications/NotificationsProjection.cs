using Chat.Application.Log;
using Chat.Application.Push;
using Chat.Domain.Conversations;
using Chat.Infrastructure.Messaging;
using Chat.Infrastructure.ReadModels;
using Microsoft.Extensions.Options;

namespace Chat.Projections.Notifications;

/// <summary>Decides who is to be told of a message while away. Keeps no rows: what it leaves behind are durable messages.</summary>
public sealed class NotificationsProjection(IRecipientsReader recipients, Outbox outbox, IOptions<PushOptions> options) : IProjection
{
    const int MembersAtOnce = 500;

    public ReadModel Model { get; } = new("notifications", [], static _ => "", FromHead: true);

    public StreamFilter Filter { get; } = new(StreamNames.Conversations);

    public async Task Apply(IReadOnlyList<DecodedEvent> events, ReadBatch batch, CancellationToken ct)
    {
        if (!batch.Start.Live) return; // a second fold, to compare, must disturb nobody
        var news = News(events).ToList();
        if (news.Count == 0) return;
        var members = await recipients.Of([.. news.Select(static one => one.Conversation).Distinct()], null, news[^1].Position, ct);
        outbox.Add<NotifyMembers>(batch, [.. Decide(news, members)], options.Value.Delay);
    }

    /// <summary>Whom to tell of what, as things stand.</summary>
    public static IEnumerable<NotifyMembers> Decide(IReadOnlyCollection<PushNews> news, IEnumerable<Recipient> members)
    {
        var byConversation = members.ToLookup(static member => member.Conversation);
        return
            from one in news
            from some in byConversation[one.Conversation].Where(one.Concerns).Select(static member => member.User).Chunk(MembersAtOnce)
            select new NotifyMembers(one, some);
    }

    /// <summary>What was sent and not deleted at once.</summary>
    public static IEnumerable<PushNews> News(IReadOnlyList<DecodedEvent> events)
    {
        var deleted = events.Select(static e => e.Event).OfType<MessageDeleted>().Select(static e => e.Message).ToHashSet();
        return
            from e in events
            let sent = e.Event as MessageSent
            where sent is not null && !deleted.Contains(sent.Message)
            select new PushNews(StreamNames.ConversationOf(e.Stored.Stream), sent.Message, e.Sequence, sent.By, e.Position);
    }
}
