using Chat.Application.Log;
using Chat.Infrastructure.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Chat.Infrastructure.ReadModels;

/// <summary>Where each generation of each projection stands, what stopped it, and what was skipped: the table read.checkpoints.</summary>
public sealed class Checkpoints(NpgsqlDataSource database, [FromKeyedServices(PostgresOptions.Batches)] NpgsqlDataSource batches)
{
    const string Columns = "projection, generation, live, commit_position, prepare_position, epoch";
    static readonly TimeSpan PausePoll = TimeSpan.FromMilliseconds(500);

    /// <summary>The live generation for whoever moves it: waits while the projection is paused.</summary>
    /// <param name="head">Where the log ends, for a model that begins there.</param>
    public async Task<Checkpoint> Live(ReadModel model, Guid epoch, CancellationToken ct, LogPosition head = default)
    {
        var live = await Ensure(model, epoch, ct, head);
        for (; await IsPaused(model.Name, ct); live = await Ensure(model, epoch, ct, head)) await Task.Delay(PausePoll, ct);
        return live;
    }

    /// <summary>The live generation, made from nothing when there is none.</summary>
    public async Task<Checkpoint> Ensure(ReadModel model, Guid epoch, CancellationToken ct, LogPosition head = default)
    {
        while (true)
        {
            var found = await Query($"select {Columns} from read.checkpoints where projection = $1 and live", ct, model.Name);
            if (found is [var live]) return live;
            await Generations.Create(database, model, 1, live: true, epoch, ct, model.FromHead ? head : LogPosition.Start);
        }
    }

    /// <summary>Holds the live generation where it is, or lets it go on. A batch that is under way is not committed any more.</summary>
    /// <returns>False when it was so already.</returns>
    public async Task<bool> Pause(string projection, bool paused, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "update read.checkpoints set paused_at = case when $2 then now() end where projection = $1 and live and (paused_at is null) = $2");
        command.Parameters.AddValues(projection, paused);
        return await command.ExecuteNonQueryAsync(ct) > 0;
    }

    async Task<bool> IsPaused(string projection, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select from read.checkpoints where projection = $1 and live and paused_at is not null");
        command.Parameters.AddValues(projection);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct);
    }

    public Task<List<Checkpoint>> All(CancellationToken ct) => Query($"select {Columns} from read.checkpoints order by projection, generation", ct);

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

    /// <inheritdoc cref="ReadBatch"/>
    public ReadBatch Begin(Checkpoint checkpoint, Func<StreamName, bool>? holds = null) => new(batches, checkpoint, holds);

    internal async Task<List<Checkpoint>> Query(string sql, CancellationToken ct, params object[] parameters)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.AddValues(parameters);
        var found = new List<Checkpoint>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) found.Add(Read(reader));
        return found;
    }

    internal static Checkpoint Read(NpgsqlDataReader row) =>
        new(row.GetString(0), row.GetInt32(1), row.GetBoolean(2), new((ulong)row.GetInt64(3), (ulong)row.GetInt64(4)), row.GetGuid(5));
}
