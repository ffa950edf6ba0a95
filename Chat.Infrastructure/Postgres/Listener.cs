using System.Diagnostics;
using Npgsql;

namespace Chat.Infrastructure.Postgres;

/// <summary>Hears the other nodes on one channel. What this node's own notifier says wakes nobody here: whoever it concerns has been told directly.</summary>
sealed class Listener : IAsyncDisposable
{
    readonly NpgsqlConnection connection;
    bool heard;

    Listener(NpgsqlConnection connection, string origin, Action<string>? said)
    {
        this.connection = connection;
        connection.Notification += (_, notification) =>
        {
            if (notification.Payload == origin) return;
            heard = true;
            said?.Invoke(notification.Payload);
        };
    }

    /// <param name="origin">The own <see cref="Notifier.Origin"/>.</param>
    /// <param name="said">Told of each payload of the others.</param>
    public static async Task<Listener> Open(NpgsqlDataSource database, string channel, string origin, Action<string>? said, CancellationToken ct)
    {
        var connection = await database.OpenConnectionAsync(ct);
        var listener = new Listener(connection, origin, said);
        await using var listen = new NpgsqlCommand($"listen {channel}", connection);
        await listen.ExecuteNonQueryAsync(ct);
        return listener;
    }

    /// <summary>Returns when another node has said something, and after <paramref name="atMost"/> in any case.</summary>
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
