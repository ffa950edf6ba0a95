using Npgsql;

namespace Chat.Infrastructure.Postgres;

/// <summary>What there is to say of the server that ConnectionStrings:Postgres names.</summary>
public sealed record DatabaseServer(string Version, int Connections, int MaxConnections);

/// <summary>Looks at the database as an operator would.</summary>
public sealed class DatabaseCheck(NpgsqlDataSource database, IEnumerable<Migration> migrations)
{
    /// <summary>The server, or why it cannot be reached.</summary>
    public async Task<(DatabaseServer? Server, string? Unreachable)> Server(CancellationToken ct)
    {
        try
        {
            await using var command = database.CreateCommand("""
                select current_setting('server_version'), (select count(*)::int from pg_stat_activity where backend_type = 'client backend'),
                    current_setting('max_connections')::int
                """);
            await using var row = await command.ExecuteReaderAsync(ct);
            await row.ReadAsync(ct);
            return (new(row.GetString(0), row.GetInt32(1), row.GetInt32(2)), null);
        }
        catch (NpgsqlException fault)
        {
            return (null, fault.Message);
        }
    }

    /// <summary>Names of migrations that were not applied; null when the database has never been used.</summary>
    public async Task<IReadOnlyList<string>?> NotApplied(CancellationToken ct)
    {
        var missing = migrations.Select(static migration => migration.Name).ToHashSet();
        try
        {
            await using var command = database.CreateCommand("select name from chat.migrations");
            await using var row = await command.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct)) missing.Remove(row.GetString(0));
            return [.. missing.Order()];
        }
        catch (PostgresException fault) when (PostgresFaults.IsOtherSchema(fault))
        {
            return null;
        }
    }
}
