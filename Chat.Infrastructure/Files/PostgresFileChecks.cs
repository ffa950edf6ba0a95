using Chat.Application.Files;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Infrastructure.Postgres;
using Npgsql;

namespace Chat.Infrastructure.Files;

/// <summary>Moves rows of chat.files from checking to ready or rejected.</summary>
public sealed class PostgresFileChecks(NpgsqlDataSource database, TimeProvider time) : IFileChecks
{
    public async Task<StoredFile?> Find(FileId file, CancellationToken ct)
    {
        await using var command = database.Command($"select {FileRow.Columns} from chat.files where id = $1", file.Value);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? FileRow.Read(row) : null;
    }

    public async Task<FileTry?> Begin(FileId file, CancellationToken ct)
    {
        await using var command = database.Command(
            $"update chat.files set tries = tries + 1, tried_at = $2 where id = $1 and state = 'checking' returning {FileRow.Columns}, tries", file.Value, time.GetUtcNow());
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? new(FileRow.Read(row), row.GetInt32(row.GetOrdinal("tries"))) : null;
    }

    public async Task Forgive(FileId file, CancellationToken ct)
    {
        await using var command = database.Command("update chat.files set tries = tries - 1 where id = $1 and tries > 0", file.Value);
        await command.ExecuteNonQueryAsync(ct);
    }

    public Task Settle(StoredFile file, Verdict verdict, CancellationToken ct) => verdict switch
    {
        Verdict.Rejected rejected => Reject(file, rejected, ct),
        Verdict.Ready ready => Accept(file, ready, ct),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public async Task<IReadOnlyList<Guid>> Unreferenced(IReadOnlyCollection<Guid> blobs, CancellationToken ct)
    {
        await using var command = database.Command(
            "select blob from unnest($1::uuid[]) as k(blob) where not exists (select from chat.files f where f.blob = k.blob and f.state <> 'rejected')", blobs.ToArray());
        await using var rows = await command.ExecuteReaderAsync(ct);
        var unreferenced = new List<Guid>();
        while (await rows.ReadAsync(ct)) unreferenced.Add(rows.GetGuid(0));
        return unreferenced;
    }

    public async Task<IReadOnlyList<FileId>> TakeOverdue(TimeSpan after, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var command = database.Command(
            """
            update chat.files set tried_at = $1
            where id in (select id from chat.files where state = 'checking' and (tried_at is null or tried_at < $2) for update skip locked)
            returning id
            """,
            now, now - after);
        await using var rows = await command.ExecuteReaderAsync(ct);
        var overdue = new List<FileId>();
        while (await rows.ReadAsync(ct)) overdue.Add(new(rows.GetGuid(0)));
        return overdue;
    }

    async Task Reject(StoredFile file, Verdict.Rejected verdict, CancellationToken ct)
    {
        await using var command = database.Command("update chat.files set state = 'rejected', why = $2 where id = $1 and state = 'checking'", file.Id.Value, verdict.Why);
        await command.ExecuteNonQueryAsync(ct);
    }

    // The owner's row of usage is locked first, as by everything that moves what the owner holds: so the file with equal content cannot go meanwhile.
    async Task Accept(StoredFile file, Verdict.Ready verdict, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var alone = new NpgsqlCommand("select from chat.file_usage where owner = $1 for update", connection, transaction);
        alone.Parameters.AddValues(file.Owner.Value);
        await alone.ExecuteNonQueryAsync(ct);
        await using var accept = new NpgsqlCommand(
            """
            with accepted as (
                update chat.files set
                    state = 'ready', media_type = $3, size = $4, received = $4, sha256 = $5, width = $6, height = $7, color = $8,
                    blob = coalesce((select twin.blob from chat.files twin where twin.owner = $2 and twin.sha256 = $5 and twin.state = 'ready' order by twin.id limit 1), $9)
                where id = $1 and state = 'checking'
                returning owner)
            update chat.file_usage u set bytes = bytes + $4 - $10 from accepted where u.owner = accepted.owner
            """, connection, transaction);
        accept.Parameters.AddValues(
            file.Id.Value, file.Owner.Value, verdict.MediaType, verdict.Size, verdict.Sha256, verdict.Image?.Width, verdict.Image?.Height, verdict.Image?.Color,
            verdict.Blob, file.Size);
        await accept.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
    }
}
