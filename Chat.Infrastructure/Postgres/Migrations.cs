using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chat.Infrastructure.Postgres;

/// <summary>A step of the schema. Once released, a script is never changed; a new one follows it.</summary>
public sealed record Migration(string Name, string Sql);

/// <summary>Applies each migration once, in order. Nodes that start together wait for one another.</summary>
public sealed partial class Migrations(NpgsqlDataSource database, ILogger<Migrations> logger)
{
    const long LockKey = 0x63686174_6D696772; // "chatmigr"

    public Task Apply(IEnumerable<Migration> migrations, CancellationToken ct) => Alone(async connection =>
    {
        await Execute(connection, """
            create schema if not exists chat;
            create table if not exists chat.migrations (name text primary key, applied_at timestamptz not null default now());
            """, ct);
        foreach (var migration in migrations) await Apply(connection, migration, ct);
    }, ct);

    /// <summary>Changes the schema while no other node does.</summary>
    public async Task Alone(Func<NpgsqlConnection, Task> change, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await Execute(connection, $"select pg_advisory_lock({LockKey})", ct);
        try
        {
            await change(connection);
        }
        finally
        {
            await Execute(connection, $"select pg_advisory_unlock({LockKey})", CancellationToken.None);
        }
    }

    async Task Apply(NpgsqlConnection connection, Migration migration, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var claim = new NpgsqlCommand("insert into chat.migrations (name) values ($1) on conflict do nothing", connection, transaction);
        claim.Parameters.Add(new() { Value = migration.Name });
        if (await claim.ExecuteNonQueryAsync(ct) == 0) return;

        await Execute(connection, migration.Sql, ct);
        await transaction.CommitAsync(ct);
        LogApplied(logger, migration.Name);
    }

    static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Applied migration {Name}.")]
    static partial void LogApplied(ILogger logger, string name);
}
