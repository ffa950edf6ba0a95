using Chat.Application.Log;
using Chat.Infrastructure.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Chat.Infrastructure.ReadModels;

/// <summary>Where each generation of each projection stands, what stopped it, and what was skipped: the table read.checkpoints.</summary>
public sealed class Checkpoints(NpgsqlDataSource database, [FromKeyedServices(PostgresOptions.Batches)] NpgsqlDataSource batches)
{
    const string Columns = "projection, generation, live, commit_position, prepare_position, epoch";

    /// <summary>The live generation, made from nothing when there is none.</summary>
    /// <param name="head">Where the log ends, for a model that begins there.</param>
    public async Task<Checkpoint> Live(ReadModel model, Guid epoch, CancellationToken ct, LogPosition head = default)
    {
        while (true)
        {
            var found = await Query($"select {Columns} from read.checkpoints where projection = $1 and live", ct, model.Name);
            if (found is [var live]) return live;
            await CreateGeneration(model, 1, live: true, epoch, ct, model.FromHead ? head : LogPosition.Start);
        }
    }

    public Task<List<Checkpoint>> All(CancellationToken ct) => Query($"select {Columns} from read.checkpoints order by projection, generation", ct);

    /// <summary>The generation that a rebuild fills: the one an interrupted rebuild left, or a new one.</summary>
    public async Task<Checkpoint> Building(ReadModel model, Guid epoch, CancellationToken ct)
    {
        var live = await Live(model, epoch, ct);
        while (true)
        {
            var found = await Query($"select {Columns} from read.checkpoints where projection = $1 and generation > $2 order by generation", ct, model.Name, live.Generation);
            if (found is [.., var building] && building.Epoch == epoch) return building;
            foreach (var ofAnotherHistory in found) await Drop(ofAnotherHistory, ct);
            await CreateGeneration(model, live.Generation + 1, live: false, epoch, ct);
        }
    }

    /// <summary>An empty generation that is nobody's: for a fold that is only compared.</summary>
    public async Task<Checkpoint> Scratch(ReadModel model, Guid epoch, CancellationToken ct)
    {
        var scratch = new Checkpoint(model.Name, 1, false, LogPosition.Start, epoch);
        await Drop(scratch, ct);
        await CreateGeneration(model, scratch.Generation, live: false, epoch, ct);
        return scratch;
    }

    async Task CreateGeneration(ReadModel model, int generation, bool live, Guid epoch, CancellationToken ct, LogPosition from = default)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Execute(connection, $"select pg_advisory_xact_lock(hashtext('{model.Name}'))", ct);
        await using var claim = new NpgsqlCommand(
            """
            insert into read.checkpoints (projection, generation, live, epoch, commit_position, prepare_position) values ($1, $2, $3, $4, $5, $6) on conflict do nothing
            """, connection, transaction);
        claim.Parameters.AddValues(model.Name, generation, live, epoch, (long)from.Commit, (long)from.Prepare);
        if (await claim.ExecuteNonQueryAsync(ct) == 0) return;

        var schema = ReadModel.SchemaOf(model.Name, generation);
        var views = live ? model.ViewsOver(generation) : "";
        await Execute(connection, $"drop schema if exists {schema} cascade; create schema {schema};\n{model.Ddl(schema)}\n{views}", ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>
    /// Makes a generation the live one. <paramref name="catchUp"/> runs while the old one, which it is given, is held still: it brings the new one at
    /// least as far.
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
            old = Read(reader);
        }
        await catchUp(old);
        await Execute(connection, $"""
            update read.checkpoints set live = false where projection = '{model.Name}' and live;
            update read.checkpoints set live = true where projection = '{model.Name}' and generation = {generation};
            {model.ViewsOver(generation)}
            """, ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Drops every generation that is neither live nor being built.</summary>
    public async Task DropOld(ReadModel model, CancellationToken ct)
    {
        var old = await Query(
            $"select {Columns} from read.checkpoints c where projection = $1 and generation < (select generation from read.checkpoints where projection = $1 and live)",
            ct, model.Name);
        foreach (var generation in old) await Drop(generation, ct);
    }

    public async Task Drop(Checkpoint generation, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await Execute(connection, $"""
            drop schema if exists {generation.Schema} cascade;
            delete from read.checkpoints where projection = '{generation.Projection}' and generation = {generation.Generation} and not live
            """, ct);
    }

    /// <summary>Notes why a projection stands still. The reason holds no content.</summary>
    public async Task Fail(Checkpoint checkpoint, LogPosition at, string reason, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "update read.checkpoints set failure = $3, failed_position = $4 where projection = $1 and generation = $2");
        command.Parameters.AddValues(checkpoint.Projection, checkpoint.Generation, reason, at.ToString());
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>What stopped each live projection that stands still: name, position, reason.</summary>
    public async Task<List<(string Projection, string Position, string Reason)>> Failures(CancellationToken ct)
    {
        await using var command = database.CreateCommand("select projection, failed_position, failure from read.checkpoints where live and failure is not null");
        var failures = new List<(string, string, string)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) failures.Add((reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        return failures;
    }

    /// <summary>Lets a projection pass one event. Kept for ever, so that a rebuild passes it too.</summary>
    public async Task Skip(string projection, LogPosition position, string why, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "insert into read.skipped (projection, commit_position, prepare_position, why) values ($1, $2, $3, $4) on conflict do nothing");
        command.Parameters.AddValues(projection, (long)position.Commit, (long)position.Prepare, why);
        await command.ExecuteNonQueryAsync(ct);
    }

    public async Task<HashSet<LogPosition>> Skipped(string projection, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select commit_position, prepare_position from read.skipped where projection = $1");
        command.Parameters.AddValues(projection);
        var skipped = new HashSet<LogPosition>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) skipped.Add(new((ulong)reader.GetInt64(0), (ulong)reader.GetInt64(1)));
        return skipped;
    }

    public ReadBatch Begin(Checkpoint checkpoint) => new(batches, checkpoint);

    async Task<List<Checkpoint>> Query(string sql, CancellationToken ct, params object[] parameters)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.AddValues(parameters);
        var found = new List<Checkpoint>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) found.Add(Read(reader));
        return found;
    }

    static Checkpoint Read(NpgsqlDataReader row) =>
        new(row.GetString(0), row.GetInt32(1), row.GetBoolean(2), new((ulong)row.GetInt64(3), (ulong)row.GetInt64(4)), row.GetGuid(5));

    static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
