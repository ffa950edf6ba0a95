using Chat.Application.Log;
using Chat.Application.Previews;
using Chat.Domain.Conversations;
using Chat.Infrastructure.Messaging;
using Chat.Infrastructure.ReadModels;

namespace Chat.Projections.Previews;

/// <summary>Has links looked up, once what is said with them is in the log. Keeps no rows: what it leaves behind are durable messages.</summary>
public sealed class PreviewsProjection(Outbox outbox) : IProjection
{
    public ReadModel Model { get; } = new("previews", [], static _ => "", FromHead: true);

    public StreamFilter Filter { get; } = new(StreamNames.Conversations);

    public Task Apply(IReadOnlyList<DecodedEvent> events, ReadBatch batch, CancellationToken ct)
    {
        // a second fold, to compare, must look up nothing
        if (batch.Start.Live) outbox.Add<FindPreview>(batch, [.. Wanted(events)]);
        return Task.CompletedTask;
    }

    /// <summary>Whatever says a link.</summary>
    public static IEnumerable<FindPreview> Wanted(IEnumerable<DecodedEvent> events) =>
        from e in events
        let body = e.Event switch { MessageSent sent => sent.Body, MessageEdited edited => edited.Body, _ => null }
        where body is not null && Links.First(body.Text) is not null
        select new FindPreview(StreamNames.ConversationOf(e.Stored.Stream), e.Sequence);
}
