using Chat.Application.Log;
using Chat.Infrastructure.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Chat.Infrastructure.ReadModels;

/// <summary>
/// The writes of one batch of events to one generation. They go out together with the checkpoint in one round trip and one transaction:
/// all, or, when the checkpoint has been moved by another runner, none.
/// </summary>
/// <param name="holds">Whether a stream is among those that the batch is about; null is all.</param>
public sealed class ReadBatch(NpgsqlDataSource database, Checkpoint start, Func<StreamName, bool>? holds = null)
{
    readonly List<NpgsqlBatchCommand> writes = [];
    Func<NpgsqlTransaction, CancellationToken, Task>? also;

    /// <summary>Where the batch begins.</summary>
    public Checkpoint Start => start;

    /// <summary>Whether a stream's rows are this batch's to write: another partition's are not.</summary>
    public bool Holds(StreamName stream) => holds?.Invoke(stream) ?? true;

    /// <summary>
    /// Writes of their own that are committed ahead of the batch, with its checkpoint where it is: what is too much for one transaction is done in
    /// steps, each of which may come again.
    /// </summary>
    public ReadBatch Step() => new(database, start, holds);

    public bool HasWrites => writes.Count > 0 || also is not null;

    /// <summary>Runs a query now, before any of the writes. <c>{schema}</c> stands for the generation's schema.</summary>
    internal async Task<List<T>> Query<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken ct, params NpgsqlParameter[] parameters)
    {
        await using var command = database.CreateCommand(InSchema(sql));
        command.Parameters.AddRange(parameters);
        var rows = new List<T>();
        try
        {
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct)) rows.Add(read(reader));
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            throw new FencedException(start.VersionedName, fault); // a rebuild has taken its place, and dropped it
        }
        return rows;
    }

    internal void Write(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(InSchema(sql));
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        writes.Add(command);
    }

    /// <summary>Something else that is kept or lost with the checkpoint, done by somebody who needs the transaction for it.</summary>
    internal void Also(Func<NpgsqlTransaction, CancellationToken, Task> write) => also = write;

    /// <summary>Commits what was written and the checkpoint.</summary>
    /// <exception cref="FencedException">Another runner was here.</exception>
    public async Task<Checkpoint> Commit(LogPosition until, CancellationToken ct)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(ct);
            await using var transaction = also is null ? null : await connection.BeginTransactionAsync(ct); // a batch is one by itself
            await using var batch = new NpgsqlBatch(connection, transaction);
            batch.BatchCommands.Add(Advance(until));
            foreach (var write in writes) batch.BatchCommands.Add(write);
            await batch.ExecuteNonQueryAsync(ct);
            if (transaction is not null)
            {
                await also!(transaction, ct);
                await transaction.CommitAsync(ct);
            }
        }
        catch (PostgresException fault) when (fault.SqlState == ReadModelSchema.Fenced)
        {
            throw new FencedException(start.VersionedName, fault);
        }
        return start with { Position = until };
    }

    NpgsqlBatchCommand Advance(LogPosition until)
    {
        var command = new NpgsqlBatchCommand(start.Partition is null ? "select read.advance($1, $2, $3, $4, $5, $6, $7)" : "select read.advance_partition($1, $2, $3, $4, $5, $6, $7)");
        command.Parameters.AddValues(
            start.Projection, start.Generation, start.Partition is { } partition ? partition : start.Live,
            (long)start.Position.Commit, (long)start.Position.Prepare, (long)until.Commit, (long)until.Prepare);
        return command;
    }

    string InSchema(string sql) => sql.Replace("{schema}", start.Schema, StringComparison.Ordinal);
}

/// <summary>Somebody else has moved this checkpoint: whoever gets this must look again before doing anything.</summary>
public sealed class FencedException(string projection, Exception inner) : Exception($"Another runner is at work on {projection}.", inner);

static class SqlArray
{
    public static NpgsqlParameter Of<T>(NpgsqlDbType type, IEnumerable<T> values) => new() { NpgsqlDbType = NpgsqlDbType.Array | type, Value = values.ToArray() };

    public static NpgsqlParameter Uuids(IEnumerable<Guid> values) => Of(NpgsqlDbType.Uuid, values);

    public static NpgsqlParameter Uuids(IEnumerable<Guid?> values) => Of(NpgsqlDbType.Uuid, values);

    public static NpgsqlParameter Longs(IEnumerable<long> values) => Of(NpgsqlDbType.Bigint, values);

    public static NpgsqlParameter Longs(IEnumerable<long?> values) => Of(NpgsqlDbType.Bigint, values);

    public static NpgsqlParameter Texts(IEnumerable<string?> values) => Of(NpgsqlDbType.Text, values);

    public static NpgsqlParameter Bools(IEnumerable<bool> values) => Of(NpgsqlDbType.Boolean, values);

    public static NpgsqlParameter Shorts(IEnumerable<short> values) => Of(NpgsqlDbType.Smallint, values);

    public static NpgsqlParameter Shorts(IEnumerable<short?> values) => Of(NpgsqlDbType.Smallint, values);

    public static NpgsqlParameter Times(IEnumerable<DateTimeOffset> values) => Of(NpgsqlDbType.TimestampTz, values.Select(static time => time.ToUniversalTime()));

    public static NpgsqlParameter Times(IEnumerable<DateTimeOffset?> values) => Of(NpgsqlDbType.TimestampTz, values.Select(static time => time?.ToUniversalTime()));
}
