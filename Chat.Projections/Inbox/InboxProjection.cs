using Chat.Application.Log;
using Chat.Domain.Conversations;
using Chat.Infrastructure.ReadModels;

namespace Chat.Projections.Inbox;

public sealed class InboxProjection : IProjection
{
    public ReadModel Model => InboxTable.Model;

    public StreamFilter Filter { get; } = new(StreamNames.Conversations, StreamNames.Users, StreamNames.Receipts);

    public async Task Apply(IReadOnlyList<DecodedEvent> events, ReadBatch batch, CancellationToken ct)
    {
        var changed = events.Where(static e => e.Event is MessageEdited or MessageDeleted)
            .Select(static e => (StreamNames.ConversationOf(e.Stored.Stream), ((MessageChange)e.Event).MessageSequence)).ToHashSet();

        var fold = new InboxFold(await InboxTable.Messages(batch, changed, ct));
        foreach (var e in events) fold.Apply(e);
        InboxTable.Save(batch, fold.Started, fold.Members, fold.Sent, fold.Changed, fold.Texts, fold.Changes, fold.Preferences);
        InboxReads.Save(batch, fold.Reads);
        foreach (var (user, position) in fold.Erased)
        {
            var joined = fold.Members.Where(member => member.User == user).Select(static member => member.Conversation);
            var conversations = (await InboxErasure.ConversationsOf(batch, user, ct)).Union(joined).Where(conversation => batch.Holds(StreamNames.Of(conversation)));
            InboxErasure.Save(batch, user, [.. conversations], position);
        }
    }
}
