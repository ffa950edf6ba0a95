using Chat.Application.Log;
using Chat.Infrastructure.ReadModels;

namespace Chat.Projections.Receipts;

public sealed class ReceiptsProjection : IProjection
{
    public ReadModel Model => ReceiptsTable.Model;

    public StreamFilter Filter { get; } = new(StreamNames.Receipts, StreamNames.Users);

    public Task Apply(IReadOnlyList<DecodedEvent> events, ReadBatch batch, CancellationToken ct)
    {
        var fold = new ReceiptsFold();
        foreach (var e in events) fold.Apply(e);
        fold.Save(batch);
        return Task.CompletedTask;
    }
}
