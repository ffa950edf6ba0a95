using Chat.Application.Log;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.ReadModels;

namespace Chat.Projections;

/// <param name="Rows">Rows compared: a zero among the differences means something only beside it.</param>
public sealed record Verdict(Checkpoint Generation, long Rows, IReadOnlyList<Difference> Differences);

/// <summary>Folds the log again into tables of its own, up to where a generation stands, and compares. A live one goes on meanwhile.</summary>
public sealed class ProjectionVerification(
    LogFold fold, IEventLog log, Checkpoints checkpoints, Generations generations, ReadModelComparisons comparisons, Leases leases)
{
    const int ForeignTries = 3;

    /// <summary>Verifies the live generation.</summary>
    /// <exception cref="BusyException">Another verification of it is under way.</exception>
    public async Task<Verdict> Run(IProjection projection, FoldOptions options, Action<Checkpoint, LogPosition> report, CancellationToken ct) =>
        await Run(projection, await checkpoints.Ensure(projection.Model, await log.Epoch(ct), ct), options, report, ct);

    /// <exception cref="RefusedException">It is of another history of the log.</exception>
    /// <param name="subject">The generation, at its position or further on.</param>
    public async Task<Verdict> Run(IProjection projection, Checkpoint subject, FoldOptions options, Action<Checkpoint, LogPosition> report, CancellationToken ct)
    {
        if (projection.Model.FromHead) return new(subject, 0, []); // folding it again would do again what it does
        var scratch = projection.Model with { Name = $"{projection.Model.Name}_check" };
        await using var claim = await Claim.Take(leases, [$"verify {projection.Model.Name}"], ct);
        var epoch = await log.Epoch(ct);
        if (subject.Epoch != epoch) throw new RefusedException($"{subject.VersionedName} belongs to another history of the log (a restored backup?): rebuild it.");
        var folded = await generations.Scratch(scratch, epoch, ct);
        try
        {
            // Most of the way first, so that the snapshot is held only for the rest. In one piece: it is also the check on the partitions.
            folded = await CatchUp(projection, folded, subject.Position, options, report, ct);
            await using var comparison = await comparisons.Begin(subject.Projection, subject.Generation, ct);
            folded = await CatchUp(projection, folded, comparison.Subject.Position, options, report, ct);
            var (rows, differences) = await comparison.With(folded, projection.Model.Tables, ct);
            if (projection.Foreign is null) return new(comparison.Subject, rows, differences);

            var (foreignRows, foreignDifferences) = await Foreign(folded);
            return new(comparison.Subject, rows + foreignRows, [.. differences, .. foreignDifferences]);
        }
        finally
        {
            if (projection.Foreign is { } foreign) await foreign.Drop(folded, CancellationToken.None);
            await generations.Drop(folded, CancellationToken.None);
        }

        // There are no snapshots out there, and a live generation moves on: what still differs when both have moved on differs indeed, in whatever way.
        async Task<(long, List<Difference>)> Foreign(Checkpoint other)
        {
            var (rows, differences) = await projection.Foreign!.Compare(subject, other, ct);
            for (var tries = 1; differences.Count > 0 && subject.Live && tries < ForeignTries; tries++)
            {
                subject = await checkpoints.Ensure(projection.Model, epoch, ct);
                other = await CatchUp(projection, other, subject.Position, options, report, ct);
                (rows, var again) = await projection.Foreign!.Compare(subject, other, ct);
                differences = [.. again.IntersectBy(differences.Select(RowOf), RowOf)];
            }
            return (rows, differences);
        }

        static (string, string) RowOf(Difference difference) => (difference.Table, difference.Key);
    }

    async Task<Checkpoint> CatchUp(
        IProjection projection, Checkpoint from, LogPosition goal, FoldOptions options, Action<Checkpoint, LogPosition> report, CancellationToken ct) =>
        (await fold.Load([new(projection, from, goal)], options with { Partitions = 1 }, report, ct))[0];
}
