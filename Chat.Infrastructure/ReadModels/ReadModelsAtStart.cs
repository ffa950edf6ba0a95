using Chat.Application.Log;
using Chat.Infrastructure.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.ReadModels;

/// <summary>Makes the first generation of every read model, so that readers have their views before a projection has run.</summary>
sealed partial class ReadModelsAtStart(Checkpoints checkpoints, IEventLog log, ILogger<ReadModelsAtStart> logger) : IHostedService
{
    static readonly ReadModel[] Models = [TimelineTable.Model, InboxTable.Model, DirectoryTable.Model];

    public Task StartAsync(CancellationToken cancellationToken) => PostgresFaults.UntilAvailable(
        async () =>
        {
            var epoch = await log.Epoch(cancellationToken);
            foreach (var model in Models) await checkpoints.Live(model, epoch, cancellationToken);
        },
        fault => LogWaiting(logger, fault.Message),
        cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting for the event log: {Reason}")]
    static partial void LogWaiting(ILogger logger, string reason);
}
