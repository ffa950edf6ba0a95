using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chat.Infrastructure.Postgres;

/// <summary>
/// Wakes the other nodes on one channel. Outside the commit, because NOTIFY inside it costs a third of the throughput; at most one every few
/// milliseconds, because it only wakes: the cursor decides what is read, and a poll stands behind it. While this node hears itself and of no
/// other there is nobody to wake: then only the sign of life goes out, once a second, by which others would know that it is there.
/// </summary>
sealed partial class Notifier : IAsyncDisposable
{
    const char Here = '+'; // after the origin: a sign of life, and nothing to read
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Silence = 3 * Heartbeat; // who has missed so many signs of life is gone

    readonly NpgsqlDataSource database;
    readonly string channel;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly string origin = $"@{Guid.NewGuid():N}";
    readonly SemaphoreSlim asked = new(0, 1);
    readonly CancellationTokenSource stopping = new();
    readonly Task notifying;
    int pending;
    volatile bool listening;
    long heard; // when others were last heard of, or listening began
    long heardItself; // or listening began: a connection that died in silence brings no voice at all

    public Notifier(NpgsqlDataSource database, string channel, TimeProvider time, ILogger logger)
    {
        (this.database, this.channel, this.time, this.logger) = (database, channel, time, logger);
        notifying = Task.Run(NotifyWhenAsked);
    }

    /// <summary>Whether nobody else is there, as far as a node knows that listens.</summary>
    public bool Alone => listening && IsLongAgo(ref heard) && !IsLongAgo(ref heardItself);

    public void Ask()
    {
        if (!Alone && Interlocked.Exchange(ref pending, 1) == 0) asked.Release();
    }

    /// <summary>Hears the others from now on, and is known to them.</summary>
    /// <param name="said">Told of what others say beside waking.</param>
    public async Task<Listener> Listen(Action<string>? said, CancellationToken ct)
    {
        var listener = await Listener.Open(database, channel, payload => Hears(payload, said), () => listening = false, ct);
        Notice(ref heard);
        Notice(ref heardItself);
        listening = true;
        Ask(); // so that they know at once
        return listener;
    }

    // True when there is something to look for. What this node says itself wakes nobody here: whoever it concerns has been told directly.
    bool Hears(string payload, Action<string>? said)
    {
        if (payload.StartsWith(origin, StringComparison.Ordinal))
        {
            Notice(ref heardItself);
            return false;
        }
        Notice(ref heard);
        if (payload is not ['@', ..]) said?.Invoke(payload);
        return payload is not [.., Here];
    }

    void Notice(ref long when) => Volatile.Write(ref when, time.GetTimestamp());

    bool IsLongAgo(ref long when) => time.GetElapsedTime(Volatile.Read(ref when)) > Silence;

    async Task NotifyWhenAsked()
    {
        try
        {
            while (true)
            {
                if (await asked.WaitAsync(Heartbeat, stopping.Token))
                {
                    Interlocked.Exchange(ref pending, 0);
                    await Notify(origin);
                    await Task.Delay(Pause, stopping.Token);
                }
                else if (listening)
                {
                    await Notify($"{origin}{Here}");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // closing
        }
    }

    async Task Notify(string payload)
    {
        try
        {
            await using var command = database.CreateCommand($"notify {channel}, '{payload}'");
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
