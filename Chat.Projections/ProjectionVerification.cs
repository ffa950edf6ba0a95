using Chat.Application.Log;
using Chat.Infrastructure.ReadModels;
using Npgsql;

namespace Chat.Projections;

/// <param name="Rows">Rows compared: a zero among the differences means something only beside it.</param>
public sealed record Verdict(Checkpoint Live, long Rows, IReadOnlyList<Difference> Differences);

/// <summary>Folds the log again into tables of its own, up to where the live projection stands, and compares. The live one goes on meanwhile.</summary>
public sealed class ProjectionVerification(IEventLog log, ProjectionRebuild rebuild, Checkpoints checkpoints, NpgsqlDataSource database)
{
    public async Task<Verdict> Run(IProjection projection, Action<Checkpoint, LogPosition> report, CancellationToken ct)
    {
        var scratch = projection.Model with { Name = $"{projection.Model.Name}_check" };
        var folded = await checkpoints.Scratch(scratch, await log.Epoch(ct), ct);
        try
        {
            // most of the way first, so that the snapshot is held only for the rest
            folded = await rebuild.CatchUp(projection, folded, null, report, ct);
            await using var comparison = await ReadModelComparison.Begin(database, projection.Model, ct);
            if (folded.Position > comparison.Live.Position)
            {
                folded = await checkpoints.Scratch(scratch, folded.Epoch, ct);
            }
            folded = await rebuild.CatchUp(projection, folded, comparison.Live.Position, report, ct);
            var (rows, differences) = await comparison.With(folded, database, projection.Model.Tables, ct);
            return new(comparison.Live, rows, differences);
        }
        finally
        {
            await checkpoints.Drop(folded, CancellationToken.None);
        }
    }
}
