using Chat.Infrastructure.Postgres;
using Npgsql;

namespace Chat.Infrastructure.ReadModels;

/// <summary>Rows that stand in one generation of a table and not, or not alike, in another. <paramref name="Key"/> names the row, not its content.</summary>
public sealed record Difference(string Table, string Key, string What);

/// <summary>
/// Compares a generation, as one snapshot sees it, with another one that was folded up to that snapshot's checkpoint: first the count and an
/// order-independent digest of each conversation, then the rows of those that differ.
/// </summary>
public sealed class ReadModelComparison : IAsyncDisposable
{
    readonly NpgsqlDataSource database;
    readonly NpgsqlConnection connection;
    readonly NpgsqlTransaction snapshot;
    readonly bool moved;

    internal ReadModelComparison(NpgsqlDataSource database, NpgsqlConnection connection, NpgsqlTransaction snapshot, Checkpoint subject, bool moved) =>
        (this.database, this.connection, this.snapshot, Subject, this.moved) = (database, connection, snapshot, subject, moved);

    /// <summary>The generation that is compared, and its checkpoint in the snapshot.</summary>
    public Checkpoint Subject { get; }

    /// <summary>Rows compared, and the differences to the other generation.</summary>
    public async Task<(long Rows, List<Difference> Differences)> With(Checkpoint other, IReadOnlyList<string> tables, CancellationToken ct)
    {
        await using var second = await database.OpenConnectionAsync(ct);
        var rows = 0L;
        var differences = new List<Difference>();
        if (moved) differences.Add(new("checkpoints", Subject.VersionedName, "was moved by hand"));
        foreach (var table in tables)
        {
            var key = await KeyOf(second, other.Schema, table, ct);
            var found = await Table.Read(connection, $"{Subject.Schema}.{table}", key, ct);
            var folded = await Table.Read(second, $"{other.Schema}.{table}", key, ct);
            rows += found.Groups.Values.Sum(static digest => digest.Rows);
            var groups = found.Groups.Except(folded.Groups).Concat(folded.Groups.Except(found.Groups)).Select(static group => group.Key).Distinct().ToArray();
            if (groups.Length > 0) differences.AddRange(Compare(table, await found.Rows(groups, ct), await folded.Rows(groups, ct)));
        }
        return (rows, differences);
    }

    static IEnumerable<Difference> Compare(string table, Dictionary<string, long> found, Dictionary<string, long> folded) =>
    [
        .. folded.Keys.Where(key => !found.ContainsKey(key)).Select(key => new Difference(table, key, "is missing")),
        .. found.Keys.Where(key => !folded.ContainsKey(key)).Select(key => new Difference(table, key, "should not be there")),
        .. found.Where(row => folded.TryGetValue(row.Key, out var hash) && hash != row.Value).Select(row => new Difference(table, row.Key, "differs")),
    ];

    static async Task<string[]> KeyOf(NpgsqlConnection connection, string schema, string table, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            select array_agg(a.attname::text order by array_position(i.indkey::int[], a.attnum::int))
            from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
            where i.indisprimary and i.indrelid = ($1 || '.' || $2)::regclass
            """, connection);
        command.Parameters.AddValues(schema, table);
        return (string[])(await command.ExecuteScalarAsync(ct))!;
    }

    public async ValueTask DisposeAsync()
    {
        await snapshot.DisposeAsync();
        await connection.DisposeAsync();
    }

    /// <summary>One table by conversation; by a part of the key's hash where its rows belong to none.</summary>
    sealed record Table(NpgsqlConnection Connection, string Name, string Key, string Group, Dictionary<string, (long Rows, decimal Digest)> Groups)
    {
        public static async Task<Table> Read(NpgsqlConnection connection, string name, string[] columns, CancellationToken ct)
        {
            var key = $"concat_ws(' ', {string.Join(", ", columns)})";
            var group = columns.Contains("conversation") ? "conversation::text" : $"left(md5({key}), 2)";
            await using var command = new NpgsqlCommand($"select {group}, count(*), sum(hashtextextended(t::text, 0)::numeric) from {name} t group by 1", connection) { CommandTimeout = 0 };
            var groups = new Dictionary<string, (long, decimal)>();
            await using var row = await command.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct)) groups.Add(row.GetString(0), (row.GetInt64(1), row.GetDecimal(2)));
            return new(connection, name, key, group, groups);
        }

        public async Task<Dictionary<string, long>> Rows(string[] groups, CancellationToken ct)
        {
            await using var command = new NpgsqlCommand($"select {Key}, hashtextextended(t::text, 0) from {Name} t where {Group} = any($1)", Connection) { CommandTimeout = 0 };
            command.Parameters.AddValues([groups]);
            var rows = new Dictionary<string, long>();
            await using var row = await command.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct)) rows.Add(row.GetString(0), row.GetInt64(1));
            return rows;
        }
    }
}
