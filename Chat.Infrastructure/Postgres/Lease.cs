using Npgsql;

namespace Chat.Infrastructure.Postgres;

/// <summary>
/// Held by one process at a time, as long as its connection lives: an advisory lock. It saves double work; that nothing goes wrong when two
/// believe they hold it is the checkpoint's task.
/// </summary>
public sealed class Lease : IAsyncDisposable
{
    readonly NpgsqlConnection connection;

    internal Lease(NpgsqlConnection connection) => this.connection = connection;

    internal async Task<bool> TryTake(string name, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select pg_try_advisory_lock(hashtext('chat.lease'), hashtext($1))", connection);
        command.Parameters.AddValues(name);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>Fails when the connection, and with it the lease, is gone.</summary>
    public async Task Check(CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select 1", connection);
        await command.ExecuteScalarAsync(ct);
    }

    // Its connection goes back to the pool, which resets nothing.
    public async ValueTask DisposeAsync()
    {
        if (connection.FullState.HasFlag(System.Data.ConnectionState.Open))
        {
            await using var command = new NpgsqlCommand("select pg_advisory_unlock_all()", connection);
            try
            {
                await command.ExecuteNonQueryAsync();
            }
            catch (NpgsqlException)
            {
                // the connection died, and the lock with it
            }
        }
        await connection.DisposeAsync();
    }
}
