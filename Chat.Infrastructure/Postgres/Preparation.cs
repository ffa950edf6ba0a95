using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.Postgres;

/// <summary>
/// Something that must be in place before anything else starts: schema, read models, keys. Done in the order of registration; waits for a
/// store that is not there yet.
/// </summary>
public abstract partial class Preparation(ILogger logger) : IHostedLifecycleService
{
    protected abstract Task Prepare(CancellationToken ct);

    public Task StartingAsync(CancellationToken cancellationToken) =>
        PostgresFaults.UntilAvailable(() => Prepare(cancellationToken), fault => LogWaiting(logger, fault.Message), cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting: {Reason}")]
    static partial void LogWaiting(ILogger logger, string reason);
}
