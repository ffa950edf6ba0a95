using System.Data;
using Chat.Application.Log;
using Chat.Infrastructure.Postgres;
using Npgsql;

namespace Chat.Infrastructure.ReadModels;

/// <summary>Begins comparisons: each holds one snapshot, in which the generation and its checkpoint belong together.</summary>
public sealed class ReadModelComparisons(NpgsqlDataSource database)
{
    public async Task<ReadModelComparison> Begin(string projection, int generation, CancellationToken ct)
    {
        var connection = await database.OpenConnectionAsync(ct);
        var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        await using var command = new NpgsqlCommand(
            """
            select live, commit_position, prepare_position, epoch,
                moved_at is not null or seal is distinct from read.seal(projection, generation, commit_position, prepare_position)
            from read.checkpoints where projection = $1 and generation = $2
            """, connection, snapshot);
        command.Parameters.AddValues(projection, generation);
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) throw new InvalidOperationException($"There is no {projection}-v{generation} any more.");
        var position = new LogPosition((ulong)row.GetInt64(1), (ulong)row.GetInt64(2));
        return new(database, connection, snapshot, new(projection, generation, row.GetBoolean(0), position, row.GetGuid(3)), row.GetBoolean(4));
    }
}
