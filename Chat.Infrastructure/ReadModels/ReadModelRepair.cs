using Chat.Application.Log;
using Chat.Infrastructure.Postgres;
using Npgsql;

namespace Chat.Infrastructure.ReadModels;

/// <summary>Puts right what stands wrong in a live generation, row by row, from another one that was folded from the log.</summary>
public sealed class ReadModelRepair(NpgsqlDataSource database)
{
    /// <summary>Rows taken out and put in. The live one is held still meanwhile, and read from as ever.</summary>
    /// <param name="foldedTo">Brings the other generation to exactly the position that the live one is held at.</param>
    public async Task<long> Run(ReadModel model, Func<LogPosition, Task<Checkpoint>> foldedTo, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var live = await Hold(connection, model, ct);
        var folded = await foldedTo(live.Position);
        var rows = 0L;
        foreach (var table in model.Tables) rows += await Mend(connection, $"{live.Schema}.{table}", $"{folded.Schema}.{table}", ct);
        await transaction.CommitAsync(ct);
        return rows;
    }

    // a runner that commits a batch waits for this lock, and then finds its checkpoint where it was
    static async Task<Checkpoint> Hold(NpgsqlConnection connection, ReadModel model, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select generation, commit_position, prepare_position, epoch from read.checkpoints where projection = $1 and live for update", connection);
        command.Parameters.AddValues(model.Name);
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) throw new InvalidOperationException($"{model.Name} has never run.");
        return new(model.Name, row.GetInt32(0), true, new((ulong)row.GetInt64(1), (ulong)row.GetInt64(2)), row.GetGuid(3));
    }

    // Rows are compared as text: not every type (json) knows when it is equal.
    static async Task<long> Mend(NpgsqlConnection connection, string live, string right, CancellationToken ct)
    {
        var key = await KeyOf(connection, right, ct);
        var same = string.Join(" and ", key.Select(static column => $"l.{column} = r.{column}"));
        await using var command = new NpgsqlCommand($"""
            with wrong as (delete from {live} l where not exists (select from {right} r where {same} and r::text = l::text) returning 1)
            select count(*) from wrong
            """, connection);
        var removed = (long)(await command.ExecuteScalarAsync(ct))!;
        await using var insert = new NpgsqlCommand($"insert into {live} select r.* from {right} r where not exists (select from {live} l where {same})", connection);
        return removed + await insert.ExecuteNonQueryAsync(ct);
    }

    static async Task<List<string>> KeyOf(NpgsqlConnection connection, string table, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            select a.attname::text from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
            where i.indisprimary and i.indrelid = $1::regclass
            """, connection);
        command.Parameters.AddValues(table);
        var columns = new List<string>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) columns.Add(row.GetString(0));
        return columns;
    }
}
