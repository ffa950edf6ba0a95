using Chat.Application.Log;
using Chat.Domain.Conversations;
using Chat.Infrastructure.ReadModels;

namespace Chat.Projections.Timeline;

public sealed class TimelineProjection : IProjection
{
    public ReadModel Model => TimelineTable.Model;

    public StreamFilter Filter { get; } = new(StreamNames.Conversations);

    public async Task Apply(IReadOnlyList<DecodedEvent> events, ReadBatch batch, CancellationToken ct)
    {
        var changed = events.Where(static e => e.Event is MessageChange)
            .Select(static e => (StreamNames.ConversationOf(e.Stored.Stream), ((MessageChange)e.Event).MessageSequence)).ToHashSet();
        var conversations = events.Select(static e => StreamNames.ConversationOf(e.Stored.Stream)).ToHashSet();

        var fold = new TimelineFold(await TimelineTable.Entries(batch, changed, ct), await TimelineTable.Heads(batch, conversations, ct));
        foreach (var e in events) fold.Apply(e);
        TimelineTable.Save(batch, fold.Entries, fold.Heads, fold.Visibility);
    }
}
