using Chat.Infrastructure.Log;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Chat.Api.Health;

/// <summary>The log is there, and keeps what it acknowledges.</summary>
sealed class LogHealth(ILogCheck log) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await log.Trouble(cancellationToken) is { } why ? HealthCheckResult.Unhealthy(why) : HealthCheckResult.Healthy();
}
