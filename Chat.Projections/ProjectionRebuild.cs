using Chat.Application.Log;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.ReadModels;

namespace Chat.Projections;

/// <summary>
/// Builds the next generation of projections beside the live one, verifies it by a second fold, and makes it the live one. It goes on where it
/// was interrupted; readers and writers never notice. The generation before stays, for a way back.
/// </summary>
public sealed class ProjectionRebuild(
    LogFold fold, ProjectionVerification verification, IEventLog log, Checkpoints checkpoints, Generations generations, Leases leases)
{
    /// <summary>Builds from wherever the last attempt got to, and catches up with the log. Nobody reads the result yet.</summary>
    /// <exception cref="BusyException">Another rebuild of one of them is under way.</exception>
    public async Task Build(IReadOnlyList<IProjection> projections, FoldOptions options, Action<Checkpoint, LogPosition> report, CancellationToken ct)
    {
        await using var claim = await Reserve(projections, ct);
        var (epoch, goal) = (await log.Epoch(ct), await log.Head(ct));
        var targets = new List<FoldTarget>();
        foreach (var projection in projections.Where(static projection => !projection.Model.FromHead)) targets.Add(new(projection, await generations.Building(projection.Model, epoch, ct), goal));
        var loaded = await fold.Load(targets, options, report, ct);
        var head = await log.Head(ct);
        await fold.Load([.. targets.Zip(loaded, (target, generation) => target with { Generation = generation, Goal = head })], options with { Partitions = 1 }, report, ct);
    }

    /// <summary>Verifies what was built and switches to it; refused when a row differs.</summary>
    /// <exception cref="RefusedException">Nothing was built.</exception>
    /// <exception cref="BusyException">It is being built.</exception>
    public async Task<Verdict> Switch(IProjection projection, FoldOptions options, Action<Checkpoint, LogPosition> report, CancellationToken ct)
    {
        await using var claim = await Reserve([projection], ct);
        var built = await generations.Unfinished(projection.Model, ct)
            ?? throw new RefusedException($"No new generation of {projection.Model.Name} is there to switch to; 'rebuild' makes one.");
        built = await CatchUp(projection, built, await log.Head(ct), report, ct); // also what an interrupted rebuild has left to do
        var verdict = await verification.Run(projection, built, options, report, ct);
        if (verdict.Differences.Count == 0) await SwitchTo(projection, built, ct);
        return verdict;
    }

    /// <summary>Makes the generation that was live before the live one again, brought up to date. It was verified when it was new.</summary>
    /// <exception cref="RefusedException">There is none.</exception>
    public async Task<Checkpoint> Rollback(IProjection projection, CancellationToken ct)
    {
        await using var claim = await Reserve([projection], ct);
        if (await generations.Retired(projection.Model, ct) is not [var before, ..]) throw new RefusedException($"No earlier generation of {projection.Model.Name} is left.");
        if (before.Epoch != await log.Epoch(ct)) throw new RefusedException($"{before.VersionedName} belongs to another history of the log; only 'rebuild' makes one of this.");
        await SwitchTo(projection, before, ct);
        return before;
    }

    /// <summary>Drops what is not live: the generations before, and one that a rebuild has left behind.</summary>
    public async Task<IReadOnlyList<Checkpoint>> Drop(IProjection projection, CancellationToken ct)
    {
        await using var claim = await Reserve([projection], ct);
        var dead = (await checkpoints.All(ct)).FindAll(generation => generation.Projection == projection.Model.Name && !generation.Live);
        foreach (var generation in dead)
        {
            if (projection.Foreign is { } foreign) await foreign.Drop(generation, ct);
            await generations.Drop(generation, ct);
        }
        return dead;
    }

    async Task SwitchTo(IProjection projection, Checkpoint next, CancellationToken ct)
    {
        // Most of the way first, so that the live one is held only for the rest.
        next = await CatchUp(projection, next, await log.Head(ct), Nobody, ct);
        await generations.Switch(projection.Model, next.Generation, async old =>
        {
            // Positions of another history (the log has moved, or was restored) mean nothing in this one.
            next = await CatchUp(projection, next, old.Epoch == next.Epoch ? old.Position : await log.Head(ct), Nobody, ct);
            if (old.Epoch == next.Epoch && next.Position < old.Position) throw new InvalidOperationException($"{next.VersionedName} is behind the live one.");
            if (projection.Foreign is { } foreign) await foreign.Show(next, ct);
        }, ct);
    }

    async Task<Checkpoint> CatchUp(IProjection projection, Checkpoint from, LogPosition goal, Action<Checkpoint, LogPosition> report, CancellationToken ct) =>
        (await fold.Load([new(projection, from, goal)], new(), report, ct))[0];

    static void Nobody(Checkpoint at, LogPosition goal) { }

    async Task<Claim> Reserve(IReadOnlyList<IProjection> projections, CancellationToken ct) =>
        await Claim.Take(leases, projections.Select(static projection => $"rebuild {projection.Model.Name}"), ct);
}
