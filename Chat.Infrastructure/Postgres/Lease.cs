using Npgsql;

namespace Chat.Infrastructure.Postgres;

/// <summary>
/// Held by one process at a time, as long as its connection lives: an advisory lock. It saves double work; that nothing goes wrong when two
/// believe they hold it is the checkpoint's task.
/// </summary>
public sealed class Lease : IAsyncDisposable
{
    readonly NpgsqlConnection connection;

    Lease(NpgsqlConnection connection) => this.connection = connection;

    /// <summary>The lease, or null when another process holds it.</summary>
    public static async Task<Lease?> TryTake(NpgsqlDataSource database, string name, CancellationToken ct)
    {
        var connection = await database.OpenConnectionAsync(ct);
        try
        {
            await using var command = new NpgsqlCommand("select pg_try_advisory_lock(hashtext('chat.lease'), hashtext($1))", connection);
            command.Parameters.AddValues(name);
            if (await command.ExecuteScalarAsync(ct) is true) return new(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
        await connection.DisposeAsync();
        return null;
    }

    /// <summary>Fails when the connection, and with it the lease, is gone.</summary>
    public async Task Check(CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select 1", connection);
        await command.ExecuteScalarAsync(ct);
    }

    // Closing for good: a pooled connection would keep the lock until it is reset.
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
