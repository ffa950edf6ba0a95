using Chat.Application.Log;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Domain.Users;
using Chat.Infrastructure.ReadModels;

namespace Chat.Projections.Directory;

public sealed class DirectoryProjection : IProjection
{
    public ReadModel Model => DirectoryTable.Model;

    public StreamFilter Filter { get; } = new(StreamNames.Conversations, StreamNames.Users);

    public async Task Apply(IReadOnlyList<DecodedEvent> events, ReadBatch batch, CancellationToken ct)
    {
        var changed = events.Select(static e => e.Event switch
        {
            MemberRoleChanged change => (StreamNames.ConversationOf(e.Stored.Stream), change.Member),
            MemberMuted change => (StreamNames.ConversationOf(e.Stored.Stream), change.Member),
            MemberUnmuted change => (StreamNames.ConversationOf(e.Stored.Stream), change.Member),
            _ => ((ConversationId, UserId)?)null,
        }).OfType<(ConversationId, UserId)>().ToHashSet();

        var fold = new DirectoryFold(changed.Count == 0 ? [] : await DirectoryTable.Members(batch, changed, ct));
        foreach (var e in events) fold.Apply(e);
        fold.Save(batch);
        if (fold.Erased.Count == 0) return;
        var named = (await DirectoryErasure.NamedBy(batch, [.. fold.Erased.Keys], ct)).Union(fold.Named);
        DirectoryErasure.Save(
            batch, [.. fold.Erased.Where(user => batch.Holds(StreamNames.Of(user.Key)))], [.. fold.Erased.Keys],
            [.. named.Where(conversation => batch.Holds(StreamNames.Of(conversation)))]);
    }
}
