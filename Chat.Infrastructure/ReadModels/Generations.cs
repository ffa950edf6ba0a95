using Chat.Application.Log;
using Chat.Infrastructure.Postgres;
using Npgsql;

namespace Chat.Infrastructure.ReadModels;

/// <summary>The generations of the read models: made, divided for a rebuild, switched between and dropped.</summary>
public sealed class Generations(NpgsqlDataSource database, Checkpoints checkpoints)
{
    const string Columns = "projection, generation, live, commit_position, prepare_position, epoch";

    /// <summary>The generation that a rebuild fills: the one an interrupted rebuild of this history left, or a new one.</summary>
    public async Task<Checkpoint> Building(ReadModel model, Guid epoch, CancellationToken ct)
    {
        await checkpoints.Ensure(model, epoch, ct);
        while (true)
        {
            var unfinished = await Unfinished(model, ct);
            if (unfinished?.Epoch == epoch) return unfinished;
            if (unfinished is not null) await Drop(unfinished, ct);
            await using var newest = database.CreateCommand("select max(generation) from read.checkpoints where projection = $1");
            newest.Parameters.AddValues(model.Name);
            await Create(database, model, (int)(await newest.ExecuteScalarAsync(ct))! + 1, live: false, epoch, ct);
        }
    }

    /// <summary>The generation that a rebuild has begun and nobody has switched to.</summary>
    public async Task<Checkpoint?> Unfinished(ReadModel model, CancellationToken ct) =>
        (await checkpoints.Query($"select {Columns} from read.checkpoints where projection = $1 and not live and retired_at is null", ct, model.Name)) is [var unfinished, ..] ? unfinished : null;

    /// <summary>Generations that were live once, the latest first.</summary>
    public Task<List<Checkpoint>> Retired(ReadModel model, CancellationToken ct) =>
        checkpoints.Query($"select {Columns} from read.checkpoints where projection = $1 and retired_at is not null order by retired_at desc", ct, model.Name);

    /// <summary>An empty generation that is nobody's: for a fold that is only compared.</summary>
    public async Task<Checkpoint> Scratch(ReadModel model, Guid epoch, CancellationToken ct)
    {
        var scratch = new Checkpoint(model.Name, 1, false, LogPosition.Start, epoch);
        await Drop(scratch, ct);
        await Create(database, model, scratch.Generation, live: false, epoch, ct);
        return scratch;
    }

    internal static async Task Create(NpgsqlDataSource database, ReadModel model, int generation, bool live, Guid epoch, CancellationToken ct, LogPosition from = default)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Execute(connection, $"select pg_advisory_xact_lock(hashtext('{model.Name}'))", ct);
        await using var claim = new NpgsqlCommand(
            """
            insert into read.checkpoints (projection, generation, live, epoch, commit_position, prepare_position, seal)
            values ($1, $2, $3, $4, $5, $6, read.seal($1, $2, $5, $6)) on conflict do nothing
            """, connection, transaction);
        claim.Parameters.AddValues(model.Name, generation, live, epoch, (long)from.Commit, (long)from.Prepare);
        if (await claim.ExecuteNonQueryAsync(ct) == 0) return;

        var schema = ReadModel.SchemaOf(model.Name, generation);
        var views = live ? model.ViewsOver(generation) : "";
        await Execute(connection, $"drop schema if exists {schema} cascade; create schema {schema};\n{model.Ddl(schema)}\n{views}", ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>The partitions in which a generation is filled: those that an interrupted rebuild left, or as many as asked for.</summary>
    public async Task<List<Checkpoint>> Split(Checkpoint generation, int count, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            with made as (
                insert into read.partitions (projection, generation, partition, commit_position, prepare_position)
                select projection, generation, k, commit_position, prepare_position from read.checkpoints c cross join generate_series(0, $3 - 1) k
                where projection = $1 and generation = $2
                    and not exists (select from read.partitions p where p.projection = c.projection and p.generation = c.generation)
                returning partition, commit_position, prepare_position
            )
            select * from made union all
            select partition, commit_position, prepare_position from read.partitions where projection = $1 and generation = $2
            order by partition
            """);
        command.Parameters.AddValues(generation.Projection, generation.Generation, count);
        var partitions = new List<Checkpoint>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            partitions.Add(generation with { Partition = row.GetInt32(0), Position = new((ulong)row.GetInt64(1), (ulong)row.GetInt64(2)) });
        }
        return partitions;
    }

    /// <summary>Moves the generation's checkpoint to where all its partitions have arrived; from then on it is one.</summary>
    /// <exception cref="InvalidOperationException">A partition is not there yet.</exception>
    public async Task<Checkpoint> Join(Checkpoint generation, int count, LogPosition arrived, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var partitions = new NpgsqlCommand(
            "delete from read.partitions where projection = $1 and generation = $2 and commit_position = $3 and prepare_position = $4", connection, transaction))
        {
            partitions.Parameters.AddValues(generation.Projection, generation.Generation, (long)arrived.Commit, (long)arrived.Prepare);
            if (await partitions.ExecuteNonQueryAsync(ct) != count) throw new InvalidOperationException($"A partition of {generation.VersionedName} is not at {arrived}.");
        }
        await using (var advance = new NpgsqlCommand("select read.advance($1, $2, $3, $4, $5, $6, $7)", connection, transaction))
        {
            advance.Parameters.AddValues(
                generation.Projection, generation.Generation, generation.Live, (long)generation.Position.Commit, (long)generation.Position.Prepare,
                (long)arrived.Commit, (long)arrived.Prepare);
            await advance.ExecuteNonQueryAsync(ct);
        }
        await transaction.CommitAsync(ct);
        return generation with { Position = arrived };
    }

    /// <summary>
    /// Makes a generation the live one; the one that was stays as it is, to return to. <paramref name="catchUp"/> runs while the old one, which it
    /// is given, is held still: it brings the new one at least as far.
    /// </summary>
    public async Task Switch(ReadModel model, int generation, Func<Checkpoint, Task> catchUp, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var hold = new NpgsqlCommand($"select {Columns} from read.checkpoints where projection = $1 and live for update", connection, transaction);
        hold.Parameters.AddValues(model.Name);
        Checkpoint old;
        await using (var reader = await hold.ExecuteReaderAsync(ct))
        {
            await reader.ReadAsync(ct);
            old = Checkpoints.Read(reader);
        }
        await catchUp(old);
        await Execute(connection, $"""
            update read.checkpoints n set paused_at = o.paused_at
            from read.checkpoints o where o.projection = n.projection and o.live and n.projection = '{model.Name}' and n.generation = {generation};
            update read.checkpoints set live = false, retired_at = clock_timestamp(), paused_at = null where projection = '{model.Name}' and live;
            update read.checkpoints set live = true, retired_at = null where projection = '{model.Name}' and generation = {generation};
            {model.ViewsOver(generation)}
            """, ct);
        await transaction.CommitAsync(ct);
    }

    public async Task Drop(Checkpoint generation, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await Execute(connection, $"""
            drop schema if exists {generation.Schema} cascade;
            delete from read.checkpoints where projection = '{generation.Projection}' and generation = {generation.Generation} and not live
            """, ct);
    }

    static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
