using Chat.Application.Log;
using Chat.Infrastructure.ReadModels;

namespace Chat.Projections;

/// <summary>Folds the log again and takes over into the live rows what differs. Where everything is wrong, a rebuild is quicker and holds nothing still.</summary>
public sealed class ProjectionRepair(IEventLog log, ProjectionRebuild rebuild, Checkpoints checkpoints, ReadModelRepair repair)
{
    /// <summary>Rows that were taken out and put in.</summary>
    public async Task<long> Run(IProjection projection, Action<Checkpoint, LogPosition> report, CancellationToken ct)
    {
        var epoch = await log.Epoch(ct);
        var live = await checkpoints.Live(projection.Model, epoch, ct);
        var folded = await checkpoints.Scratch(projection.Model with { Name = $"{projection.Model.Name}_repair" }, epoch, ct);
        try
        {
            // most of the way first, so that the live one is held still only for the rest
            folded = await rebuild.CatchUp(projection, folded, live.Position, report, ct);
            return await repair.Run(projection.Model, async position => folded = await rebuild.CatchUp(projection, folded, position, report, ct), ct);
        }
        finally
        {
            await checkpoints.Drop(folded, CancellationToken.None);
        }
    }
}
