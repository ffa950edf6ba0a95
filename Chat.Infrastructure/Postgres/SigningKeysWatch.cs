using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.Postgres;

/// <summary>Has this node sign with a new key soon after it was made elsewhere, and forget those whose tokens have died.</summary>
sealed partial class SigningKeysWatch(SigningKeys keys, TimeProvider time, ILogger<SigningKeysWatch> logger) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await keys.Load(stoppingToken);
            }
            catch (Exception fault) when (PostgresFaults.IsUnavailable(fault))
            {
                LogNotRead(logger, fault); // those that it knows go on signing and verifying
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The signing keys could not be read again.")]
    static partial void LogNotRead(ILogger logger, Exception fault);
}
