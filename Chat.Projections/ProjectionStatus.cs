using Chat.Application.Log;
using Chat.Infrastructure.ReadModels;

namespace Chat.Projections;

/// <param name="LagEvents">Positions of the log to go, whether or not they concern this projection.</param>
/// <param name="LagSeconds">Age of the oldest event not yet applied; 0 when there is none.</param>
/// <param name="Failure">The last error, with its position.</param>
public sealed record StatusRow(
    string Projection, string Generation, GenerationState State, string Position, string Head, ulong LagEvents, double LagSeconds, double EventsPerSecond,
    DateTimeOffset UpdatedAt, string? Failure, bool MovedByHand);

/// <summary>Where every generation stands, and how fast it moves.</summary>
public sealed class ProjectionStatus(IEventLog log, GenerationOverview overview, IEnumerable<IProjection> projections, TimeProvider clock)
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    readonly Dictionary<string, StreamFilter> filters = projections.ToDictionary(static projection => projection.Model.Name, static projection => projection.Filter);

    /// <summary>Takes a second: the rate is what happens meanwhile.</summary>
    public async Task<IReadOnlyList<StatusRow>> Measure(CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        var before = (await overview.All(ct)).ToDictionary(static status => status.Checkpoint.VersionedName, static status => status.Checkpoint.Position.Commit);
        await Task.Delay(Interval, clock, ct);
        var head = await log.Head(ct);
        var now = await overview.All(ct);
        var seconds = clock.GetElapsedTime(started).TotalSeconds;
        var rows = new List<StatusRow>(now.Count);
        foreach (var status in now)
        {
            var (checkpoint, at) = (status.Checkpoint, status.Checkpoint.Position.Commit);
            rows.Add(new(
                checkpoint.Projection, checkpoint.VersionedName, status.State, checkpoint.Position.ToString(), head.ToString(),
                head.Commit - Math.Min(head.Commit, at), await LagSeconds(checkpoint, head, ct),
                (at - Math.Min(at, before.GetValueOrDefault(checkpoint.VersionedName, at))) / seconds, status.UpdatedAt,
                status.Failure is null ? null : $"at {status.FailedPosition}: {status.Failure}", status.MovedByHand));
        }
        return rows;
    }

    async Task<double> LagSeconds(Checkpoint checkpoint, LogPosition head, CancellationToken ct)
    {
        if (checkpoint.Position >= head) return 0;
        await foreach (var next in log.ReadAll(checkpoint.Position, filters.GetValueOrDefault(checkpoint.Projection, StreamFilter.All), 1, ct))
        {
            return Math.Max(0, (clock.GetUtcNow() - next.Created).TotalSeconds);
        }
        return 0;
    }
}
