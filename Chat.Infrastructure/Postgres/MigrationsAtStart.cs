using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.Postgres;

/// <summary>Brings the schema up to date before anything else starts; waits for a database that is not there yet.</summary>
sealed partial class MigrationsAtStart(Migrations migrations, IEnumerable<Migration> all, ILogger<MigrationsAtStart> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => PostgresFaults.UntilAvailable(
        () => migrations.Apply(all, cancellationToken), fault => LogWaiting(logger, fault.Message), cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting for PostgreSQL: {Reason}")]
    static partial void LogWaiting(ILogger logger, string reason);
}
