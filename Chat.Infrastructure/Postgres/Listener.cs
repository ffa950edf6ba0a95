using System.Diagnostics;
using Npgsql;

namespace Chat.Infrastructure.Postgres;

/// <summary>Hears one channel on a connection of its own; see <see cref="Notifier.Listen"/>.</summary>
sealed class Listener : IAsyncDisposable
{
    readonly NpgsqlConnection connection;
    readonly Action closed;
    bool heard;

    Listener(NpgsqlConnection connection, Func<string, bool> hears, Action closed)
    {
        (this.connection, this.closed) = (connection, closed);
        connection.Notification += (_, notification) => heard |= hears(notification.Payload);
    }

    /// <param name="hears">Told of each payload; true where it is one to wake up for.</param>
    /// <param name="closed">Called when this hears no more.</param>
    public static async Task<Listener> Open(NpgsqlDataSource database, string channel, Func<string, bool> hears, Action closed, CancellationToken ct)
    {
        var listener = new Listener(await database.OpenConnectionAsync(ct), hears, closed);
        await using var listen = new NpgsqlCommand($"listen {channel}", listener.connection);
        await listen.ExecuteNonQueryAsync(ct);
        return listener;
    }

    /// <summary>Returns when another node has said something to wake up for, and after <paramref name="atMost"/> in any case.</summary>
    public async Task Wait(TimeSpan atMost, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        // less than a millisecond would count as for ever
        while (!heard && atMost - Stopwatch.GetElapsedTime(started) is var left && left >= TimeSpan.FromMilliseconds(1)) await connection.WaitAsync(left, ct);
        heard = false;
    }

    // Its connection goes back to the pool, which resets nothing.
    public async ValueTask DisposeAsync()
    {
        closed();
        if (connection.FullState.HasFlag(System.Data.ConnectionState.Open))
        {
            await using var unlisten = new NpgsqlCommand("unlisten *", connection);
            try
            {
                await unlisten.ExecuteNonQueryAsync();
            }
            catch (NpgsqlException)
            {
                // the connection died, and listens no more
            }
        }
        await connection.DisposeAsync();
    }
}
