using Chat.Application.Log;
using Chat.Infrastructure.ReadModels;

namespace Chat.Projections;

/// <summary>A generation to be brought to a position.</summary>
public sealed record FoldTarget(IProjection Projection, Checkpoint Generation, LogPosition Goal);

/// <param name="Partitions">Parts that are folded side by side; a generation that is divided already stays as it is.</param>
/// <param name="Rate">Events a second at most; none is as fast as it goes.</param>
public sealed record FoldOptions(int Partitions = 1, int? Rate = null);

/// <summary>
/// Folds the log into generations: every event is read and opened once for all of them, and the partitions of each are written side by side.
/// Each partition has a checkpoint of its own, moved with its rows, so that it goes on wherever it was interrupted.
/// </summary>
public sealed class LogFold(IEventLog log, EventCodec codec, Checkpoints checkpoints, Generations generations)
{
    const int PageSize = 4_000;
    const int PagesPerSecond = 20;

    /// <param name="report">Told after each page of each generation how far it has come, and its goal.</param>
    /// <returns>The generations, each at its goal or where it stood beyond it.</returns>
    /// <exception cref="FencedException">Somebody else is filling one of them.</exception>
    public async Task<List<Checkpoint>> Load(
        IReadOnlyList<FoldTarget> targets, FoldOptions options, Action<Checkpoint, LogPosition> report, CancellationToken ct)
    {
        var lanes = new List<FoldLane>();
        foreach (var target in targets) lanes.AddRange(await Lanes(target, options.Partitions, ct));
        var reports = targets.ToDictionary(
            static target => target,
            target => (Action)(() => report(target.Generation with { Position = lanes.Where(lane => lane.Target == target).Min(static lane => lane.Checkpoint.Position) }, target.Goal)));

        List<Func<CancellationToken, Task>> work = [.. lanes.Select(lane => (Func<CancellationToken, Task>)(stop => lane.Run(reports[lane.Target], stop)))];
        work.Add(stop => Feed(lanes, options.Rate, stop));
        await Parallel.ForEachAsync(work, new ParallelOptions { MaxDegreeOfParallelism = work.Count, CancellationToken = ct }, static async (part, stop) => await part(stop));

        var loaded = new List<Checkpoint>();
        foreach (var target in targets) loaded.Add(await Join(target, [.. lanes.Where(lane => lane.Target == target)], ct));
        return loaded;
    }

    async Task<IEnumerable<FoldLane>> Lanes(FoldTarget target, int partitions, CancellationToken ct)
    {
        var skipped = await checkpoints.Skipped(target.Projection.Model.Name, ct);
        var parts = await generations.Split(target.Generation, partitions > 1 && !target.Projection.Model.Undivided ? partitions : 0, ct);
        return (parts is [] ? [target.Generation] : parts).Select(part => new FoldLane(target, part, Math.Max(1, parts.Count), skipped, checkpoints));
    }

    async Task<Checkpoint> Join(FoldTarget target, List<FoldLane> lanes, CancellationToken ct) =>
        lanes is [{ Checkpoint: { Partition: null } whole }] ? whole : await generations.Join(target.Generation, lanes.Count, lanes[0].Checkpoint.Position, ct);

    async Task Feed(List<FoldLane> lanes, int? rate, CancellationToken ct)
    {
        var (after, goal) = (lanes.Min(static lane => lane.Checkpoint.Position), lanes.Max(static lane => lane.Target.Goal));
        var filter = new StreamFilter([.. lanes.SelectMany(static lane => lane.Target.Projection.Filter.Prefixes).Distinct()]);
        var size = rate is { } limit ? Math.Clamp(limit / PagesPerSecond, 1, PageSize) : PageSize;
        var pace = new Pace(rate);
        var reading = Page(after, goal, filter, size, ct);
        while (after < goal)
        {
            var (page, reached) = await reading;
            await pace.Wait(page.Count, ct);
            reading = Page(reached, goal, filter, size, ct); // while this page is written, the next is read
            var opened = await codec.Decode(page.FindAll(e => lanes.Exists(lane => lane.Wants(e))), ct);
            foreach (var lane in lanes) await lane.Give([.. opened.Where(e => lane.Wants(e.Stored))], reached, ct);
            after = reached;
        }
        foreach (var lane in lanes) lane.End();
    }

    async Task<(List<StoredEvent> Events, LogPosition Reached)> Page(LogPosition after, LogPosition goal, StreamFilter filter, int size, CancellationToken ct)
    {
        var page = new List<StoredEvent>(size);
        if (after < goal)
        {
            await foreach (var e in log.ReadAll(after, filter, size, ct))
            {
                if (e.Position > goal) break;
                page.Add(e);
            }
        }
        return (page, page.Count == size ? page[^1].Position : goal);
    }
}
