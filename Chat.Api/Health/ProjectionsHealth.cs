using Chat.Application.Log;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.ReadModels;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Chat.Api.Health;

/// <summary>No projection stands still. How far each is behind is told, but a rush of messages takes no node out of service.</summary>
sealed class ProjectionsHealth(Checkpoints checkpoints, IEventLog log) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var head = await log.Head(cancellationToken);
            var behind = (await checkpoints.All(cancellationToken)).Where(static checkpoint => checkpoint.Live)
                .ToDictionary(static live => live.Projection, object (live) => live.Position >= head ? 0 : head.Commit - live.Position.Commit);
            var failures = await checkpoints.Failures(cancellationToken);
            return failures.Count == 0
                ? HealthCheckResult.Healthy(data: behind)
                : HealthCheckResult.Unhealthy(string.Join(" ", failures.Select(static f => $"{f.Projection} stopped at {f.Position}: {f.Reason}")), data: behind);
        }
        catch (LogUnavailableException fault)
        {
            return HealthCheckResult.Unhealthy(fault.Message);
        }
        catch (Exception fault) when (PostgresFaults.IsUnavailable(fault))
        {
            return HealthCheckResult.Unhealthy("PostgreSQL is out of reach.");
        }
    }
}
