using Chat.Application.Files;
using Chat.Infrastructure.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wolverine.Runtime;

namespace Chat.Infrastructure.Files;

/// <summary>
/// Asks again for files that nobody looks at: a node may die between the upload's last byte and the message. However many nodes ask, a row is
/// given to one of them at a time.
/// </summary>
sealed partial class OverdueFiles(IFileChecks files, IWolverineRuntime runtime, ILogger<OverdueFiles> logger) : BackgroundService
{
    static readonly TimeSpan After = TimeSpan.FromMinutes(2);
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        do
        {
            try
            {
                var bus = new MessageBus(runtime);
                foreach (var file in await files.TakeOverdue(After, stoppingToken)) await bus.PublishAsync(new CheckFile(file));
            }
            catch (Exception fault) when (PostgresFaults.IsUnavailable(fault))
            {
                LogAway(logger, fault.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Files that wait to be looked at cannot be asked for now: {Reason}")]
    static partial void LogAway(ILogger logger, string reason);
}
