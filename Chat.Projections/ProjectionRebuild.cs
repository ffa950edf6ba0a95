using Chat.Application.Log;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.ReadModels;
using Npgsql;

namespace Chat.Projections;

/// <summary>
/// Builds the next generation of a projection beside the live one from the log, then makes it the live one. It has a checkpoint of its own, so
/// it goes on where it was interrupted; readers and writers never notice.
/// </summary>
public sealed class ProjectionRebuild(IEventLog log, EventCodec codec, Checkpoints checkpoints, NpgsqlDataSource database)
{
    const int PageSize = 4_000;

    /// <param name="report">Told after each page how far it has come and how far there is to go.</param>
    /// <exception cref="InvalidOperationException">Another rebuild of it is under way.</exception>
    public async Task Run(IProjection projection, Action<Checkpoint, LogPosition> report, CancellationToken ct)
    {
        var model = projection.Model;
        if (model.FromHead) return;
        await using var lease = await Lease.TryTake(database, $"rebuild {model.Name}", ct)
            ?? throw new InvalidOperationException($"Another rebuild of {model.Name} is under way.");
        var epoch = await log.Epoch(ct);
        var building = await checkpoints.Building(model, epoch, ct);
        building = await CatchUp(projection, building, null, report, ct);
        await checkpoints.Switch(model, building.Generation, async old =>
        {
            // Positions of another history (the log has moved, or was restored) mean nothing in this one.
            building = await CatchUp(projection, building, old.Epoch == epoch ? old.Position : null, report, ct);
            if (old.Epoch == epoch && building.Position < old.Position) throw new InvalidOperationException($"{building.VersionedName} is behind the live one.");
        }, ct);
        await checkpoints.DropOld(model, ct);
    }

    /// <summary>Applies what is in the log after a checkpoint, up to a position or to all there is.</summary>
    public async Task<Checkpoint> CatchUp(
        IProjection projection, Checkpoint checkpoint, LogPosition? until, Action<Checkpoint, LogPosition> report, CancellationToken ct)
    {
        var skipped = await checkpoints.Skipped(projection.Model.Name, ct);
        var goal = until ?? await log.Head(ct);
        var reading = Page(checkpoint.Position, goal, projection.Filter, ct);
        while (checkpoint.Position < goal)
        {
            var (page, reached) = await reading;
            reading = Page(reached, goal, projection.Filter, ct); // while this page is written, the next is read
            var batch = checkpoints.Begin(checkpoint);
            page.RemoveAll(e => skipped.Contains(e.Position));
            if (page.Count > 0) await projection.Apply(await codec.Decode(page, ct), batch, ct);
            checkpoint = await batch.Commit(reached, ct);
            report(checkpoint, goal);
        }
        return checkpoint;
    }

    async Task<(List<StoredEvent> Events, LogPosition Reached)> Page(LogPosition after, LogPosition goal, StreamFilter filter, CancellationToken ct)
    {
        var page = new List<StoredEvent>(PageSize);
        if (after < goal)
        {
            await foreach (var e in log.ReadAll(after, filter, PageSize, ct))
            {
                if (e.Position > goal) break;
                page.Add(e);
            }
        }
        return (page, page.Count == PageSize ? page[^1].Position : goal);
    }
}
