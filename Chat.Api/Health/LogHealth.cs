using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.PostgresLog;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Chat.Api.Health;

/// <summary>The log's database is there, and keeps what it acknowledges.</summary>
sealed class LogHealth(DurabilityCheck durability) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return await durability.Unsafe(cancellationToken) is { } why ? HealthCheckResult.Unhealthy(why) : HealthCheckResult.Healthy();
        }
        catch (Exception fault) when (PostgresFaults.IsUnavailable(fault))
        {
            return HealthCheckResult.Unhealthy("PostgreSQL is out of reach.");
        }
    }
}
