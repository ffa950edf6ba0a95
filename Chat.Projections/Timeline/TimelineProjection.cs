using Chat.Application.Log;
using Chat.Domain.Conversations;
using Chat.Infrastructure.ReadModels;

namespace Chat.Projections.Timeline;

public sealed class TimelineProjection : IProjection
{
    public ReadModel Model => TimelineTable.Model;

    public StreamFilter Filter { get; } = new(StreamNames.Conversations, StreamNames.Users);

    public async Task Apply(IReadOnlyList<DecodedEvent> events, ReadBatch batch, CancellationToken ct)
    {
        foreach (var user in Erased.In(events)) await TimelineErasure.Run(batch, user, ct);
        var changed = events.Where(static e => e.Event is MessageChange)
            .Select(static e => (StreamNames.ConversationOf(e.Stored.Stream), ((MessageChange)e.Event).MessageSequence)).ToHashSet();
        var joined = events.Where(static e => e.Event is MemberAdded).Select(static e => StreamNames.ConversationOf(e.Stored.Stream)).ToHashSet();

        var fold = new TimelineFold(await TimelineTable.Entries(batch, changed, ct), await TimelineTable.Starts(batch, joined, ct));
        foreach (var e in events) fold.Apply(e);
        TimelineTable.Save(batch, fold.Started, fold.Entries, fold.Heads, fold.Visibility);
        AttachmentRows.Save(batch, fold.Attachments, fold.Deleted);
    }
}
