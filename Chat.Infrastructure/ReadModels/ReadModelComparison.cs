using Chat.Application.Log;
using Chat.Infrastructure.Postgres;
using Npgsql;

namespace Chat.Infrastructure.ReadModels;

/// <summary>Rows that stand in one generation of a table and not, or not alike, in another. <paramref name="Key"/> names the row, not its content.</summary>
public sealed record Difference(string Table, string Key, string What);

/// <summary>Compares a live generation, as one snapshot sees it, with another one that was folded up to that snapshot's checkpoint.</summary>
public sealed class ReadModelComparison : IAsyncDisposable
{
    readonly NpgsqlConnection connection;
    readonly NpgsqlTransaction snapshot;

    ReadModelComparison(NpgsqlConnection connection, NpgsqlTransaction snapshot, Checkpoint live) =>
        (this.connection, this.snapshot, Live) = (connection, snapshot, live);

    /// <summary>The live generation and its checkpoint in the snapshot.</summary>
    public Checkpoint Live { get; }

    public static async Task<ReadModelComparison> Begin(NpgsqlDataSource database, ReadModel model, CancellationToken ct)
    {
        var connection = await database.OpenConnectionAsync(ct);
        var snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
        await using var command = new NpgsqlCommand(
            "select generation, commit_position, prepare_position, epoch from read.checkpoints where projection = $1 and live", connection, snapshot);
        command.Parameters.AddValues(model.Name);
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) throw new InvalidOperationException($"{model.Name} has never run.");
        return new(connection, snapshot, new(model.Name, row.GetInt32(0), true, new LogPosition((ulong)row.GetInt64(1), (ulong)row.GetInt64(2)), row.GetGuid(3)));
    }

    /// <summary>Rows compared, and the differences to the other generation; the digests tell first whether a closer look is needed.</summary>
    public async Task<(long Rows, List<Difference> Differences)> With(Checkpoint other, NpgsqlDataSource database, IReadOnlyList<string> tables, CancellationToken ct)
    {
        await using var second = await database.OpenConnectionAsync(ct);
        var (rows, differences) = (0L, new List<Difference>());
        foreach (var table in tables)
        {
            var (count, digest) = await Digest(connection, $"{Live.Schema}.{table}", ct);
            rows += count;
            if ((count, digest) == await Digest(second, $"{other.Schema}.{table}", ct)) continue;

            var key = await KeyOf(second, other.Schema, table, ct);
            var live = await Hashes(connection, $"{Live.Schema}.{table}", key, ct);
            var folded = await Hashes(second, $"{other.Schema}.{table}", key, ct);
            differences.AddRange(folded.Where(row => !live.ContainsKey(row.Key)).Select(row => new Difference(table, row.Key, "is missing")));
            differences.AddRange(live.Where(row => !folded.ContainsKey(row.Key)).Select(row => new Difference(table, row.Key, "should not be there")));
            differences.AddRange(live.Where(row => folded.TryGetValue(row.Key, out var hash) && hash != row.Value).Select(row => new Difference(table, row.Key, "differs")));
        }
        return (rows, differences);
    }

    static async Task<(long Count, decimal Digest)> Digest(NpgsqlConnection connection, string table, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"select count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) from {table} t", connection);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return (row.GetInt64(0), row.GetDecimal(1));
    }

    static async Task<string> KeyOf(NpgsqlConnection connection, string schema, string table, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            select string_agg(a.attname, ', ' order by array_position(i.indkey::int[], a.attnum::int))
            from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
            where i.indisprimary and i.indrelid = ($1 || '.' || $2)::regclass
            """, connection);
        command.Parameters.AddValues(schema, table);
        return (string)(await command.ExecuteScalarAsync(ct))!;
    }

    static async Task<Dictionary<string, long>> Hashes(NpgsqlConnection connection, string table, string key, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"select concat_ws(' ', {key}), hashtextextended(t::text, 0) from {table} t", connection);
        var hashes = new Dictionary<string, long>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) hashes.Add(row.GetString(0), row.GetInt64(1));
        return hashes;
    }

    public async ValueTask DisposeAsync()
    {
        await snapshot.DisposeAsync();
        await connection.DisposeAsync();
    }
}
