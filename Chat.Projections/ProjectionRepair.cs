using Chat.Application.Log;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.ReadModels;

namespace Chat.Projections;

/// <summary>Folds the log again and takes over into the live rows what differs. Where everything is wrong, a rebuild is quicker and holds nothing still.</summary>
public sealed class ProjectionRepair(
    IEventLog log, LogFold fold, Checkpoints checkpoints, Generations generations, ReadModelRepair repair, Leases leases)
{
    /// <summary>Rows that were taken out and put in.</summary>
    /// <exception cref="BusyException">Another repair of it is under way.</exception>
    public async Task<long> Run(IProjection projection, Action<Checkpoint, LogPosition> report, CancellationToken ct)
    {
        if (projection.Model.FromHead) return 0;
        await using var claim = await Claim.Take(leases, [$"repair {projection.Model.Name}"], ct);
        var epoch = await log.Epoch(ct);
        var live = await checkpoints.Ensure(projection.Model, epoch, ct);
        var folded = await generations.Scratch(projection.Model with { Name = $"{projection.Model.Name}_repair" }, epoch, ct);
        try
        {
            // most of the way first, so that the live one is held still only for the rest
            folded = await CatchUp(folded, live.Position);
            return await repair.Run(projection.Model, async position => folded = await CatchUp(folded, position), ct);
        }
        finally
        {
            await generations.Drop(folded, CancellationToken.None);
        }

        async Task<Checkpoint> CatchUp(Checkpoint from, LogPosition goal) => (await fold.Load([new(projection, from, goal)], new(), report, ct))[0];
    }
}
