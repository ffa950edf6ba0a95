using Npgsql;

namespace Chat.Infrastructure.Postgres;

/// <summary>Hands out leases by name.</summary>
public sealed class Leases(NpgsqlDataSource database)
{
    /// <summary>The lease, or null when another process holds it.</summary>
    public async Task<Lease?> TryTake(string name, CancellationToken ct)
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
}
