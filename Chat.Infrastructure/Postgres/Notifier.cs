using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chat.Infrastructure.Postgres;

/// <summary>
/// Wakes the other nodes on one channel. Outside the commit, because NOTIFY inside it costs a third of the throughput; at most one every few
/// milliseconds, because it only wakes: the cursor decides what is read, and a poll stands behind it.
/// </summary>
sealed partial class Notifier : IAsyncDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    readonly NpgsqlDataSource database;
    readonly string channel;
    readonly ILogger logger;
    readonly SemaphoreSlim asked = new(0, 1);
    readonly CancellationTokenSource stopping = new();
    readonly Task notifying;
    int pending;

    /// <summary>What the notifications of this one carry, so that its own node knows them.</summary>
    public string Origin { get; } = $"@{Guid.NewGuid():N}";

    public Notifier(NpgsqlDataSource database, string channel, ILogger logger)
    {
        (this.database, this.channel, this.logger) = (database, channel, logger);
        notifying = Task.Run(NotifyWhenAsked);
    }

    public void Ask()
    {
        if (Interlocked.Exchange(ref pending, 1) == 0) asked.Release();
    }

    async Task NotifyWhenAsked()
    {
        try
        {
            while (true)
            {
                await asked.WaitAsync(stopping.Token);
                Interlocked.Exchange(ref pending, 0);
                await Notify();
                await Task.Delay(Pause, stopping.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // closing
        }
    }

    async Task Notify()
    {
        try
        {
            await using var command = database.CreateCommand($"notify {channel}, '{Origin}'");
            await command.ExecuteNonQueryAsync(stopping.Token);
        }
        catch (Exception fault) when (PostgresFaults.IsUnavailable(fault))
        {
            LogNotSent(logger, fault);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await notifying;
        stopping.Dispose();
        asked.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Other nodes were not woken; they will poll.")]
    static partial void LogNotSent(ILogger logger, Exception fault);
}
