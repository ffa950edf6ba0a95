using System.Threading.Channels;
using Chat.Application.Log;
using Chat.Infrastructure.ReadModels;

namespace Chat.Projections;

/// <summary>One partition of one generation on its way to its goal: applies what it is given, rows and checkpoint together.</summary>
sealed class FoldLane(FoldTarget target, Checkpoint start, int partitions, HashSet<LogPosition> skipped, Checkpoints checkpoints)
{
    const int PagesWaiting = 2; // the slowest lane holds the reading back, so memory stays bounded

    readonly Channel<(IReadOnlyList<DecodedEvent> Events, LogPosition Until)> pages =
        Channel.CreateBounded<(IReadOnlyList<DecodedEvent>, LogPosition)>(PagesWaiting);
    readonly LogPosition from = start.Position;
    readonly int? partition = start.Partition;
    volatile Checkpoint checkpoint = start; // other lanes' reports look at it

    public FoldTarget Target => target;

    public Checkpoint Checkpoint => checkpoint;

    public bool Wants(StoredEvent e) =>
        e.Position > from && e.Position <= target.Goal && target.Projection.Filter.Matches(e.Stream) && !skipped.Contains(e.Position)
        && (Holds(e.Stream) || Partition.IsForAll(e));

    public ValueTask Give(IReadOnlyList<DecodedEvent> events, LogPosition until, CancellationToken ct) => pages.Writer.WriteAsync((events, until), ct);

    public void End() => pages.Writer.Complete();

    bool Holds(StreamName stream) => partition is null || Partition.Of(stream, partitions) == partition;

    public async Task Run(Action report, CancellationToken ct)
    {
        await foreach (var (events, reached) in pages.Reader.ReadAllAsync(ct))
        {
            var until = reached < target.Goal ? reached : target.Goal;
            if (until <= checkpoint.Position) continue; // was here before the interruption
            var batch = checkpoints.Begin(checkpoint, Holds);
            if (events.Count > 0) await target.Projection.Apply(events, batch, ct);
            checkpoint = await batch.Commit(until, ct);
            report();
        }
    }
}
