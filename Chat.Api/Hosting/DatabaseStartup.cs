using Chat.Infrastructure.Marten;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.PostgresLog;

namespace Chat.Api.Hosting;

/// <summary>Brings the database up to this build before anything else starts; waits for a database that is not there yet.</summary>
sealed partial class DatabaseStartup(Migrations migrations, DocumentSchema documents, SigningKeys keys, ILogger<DatabaseStartup> logger) : IHostedLifecycleService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        while (!await TryPrepare(cancellationToken)) await Task.Delay(Pause, cancellationToken);
    }

    async Task<bool> TryPrepare(CancellationToken ct)
    {
        try
        {
            await migrations.Apply(
                [.. PostgresLogSchema.Migrations, .. PostgresPersonalKeys.Migrations, .. PostgresSnapshots.Migrations, .. SigningKeys.Migrations], ct);
            await documents.Apply(ct);
            await keys.Load(ct);
            return true;
        }
        catch (Exception fault) when (PostgresFaults.IsUnavailable(fault))
        {
            LogWaiting(logger, fault.Message);
            return false;
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting for PostgreSQL: {Why}")]
    static partial void LogWaiting(ILogger logger, string why);
}
