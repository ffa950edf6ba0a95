using Chat.Application.Files;
using Chat.Domain;
using Chat.Infrastructure.Postgres;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace Chat.Infrastructure.Files;

/// <summary>Uploads in chat.files: begun within the quota, written by one request at a time on whatever node, finished once.</summary>
public sealed class Uploads(NpgsqlDataSource database, IOptions<FilesOptions> options, TimeProvider time)
{
    /// <summary>How long a request may write without saying so again: after its process is killed, nobody else can for so long.</summary>
    public static readonly TimeSpan WriterLife = TimeSpan.FromSeconds(6);

    // Past its own end, an upload may be being completed still.
    static readonly TimeSpan DirectEnds = TimeSpan.FromHours(1);

    /// <summary>
    /// An upload of this owner that comes through us, or any finished one; null when there is none, its time is over, or it is somebody else's.
    /// </summary>
    public Task<StoredFile?> Find(FileId file, UserId owner, CancellationToken ct) =>
        Find(file, owner, "state <> 'uploading' or expires_at > $3 and declared_sha256 is null", ct);

    /// <summary>A direct upload of this owner, also a finished one; null as above.</summary>
    public Task<StoredFile?> FindDirect(FileId file, UserId owner, CancellationToken ct) =>
        Find(file, owner, "declared_sha256 is not null and (state <> 'uploading' or expires_at > $3)", ct);

    async Task<StoredFile?> Find(FileId file, UserId owner, string which, CancellationToken ct)
    {
        await using var command = database.Command(
            $"select {FileRow.Columns} from chat.files where id = $1 and owner = $2 and ({which})", file.Value, owner.Value, time.GetUtcNow());
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? FileRow.Read(row) : null;
    }

    /// <summary>Begins an upload of <paramref name="size"/> bytes; null when its owner has no room for it.</summary>
    /// <param name="sha256">Of a direct upload, which is noted until nothing can come any more.</param>
    public async Task<StoredFile?> Create(UserId owner, string name, string? declaredType, long size, CancellationToken ct, byte[]? sha256 = null)
    {
        if (size > options.Value.Quota) return null; // the first row of an owner is not compared below
        var now = time.GetUtcNow();
        await using var command = database.Command($"""
            with room as (
                insert into chat.file_usage as usage (owner, bytes) values ($2, $5)
                on conflict (owner) do update set bytes = usage.bytes + excluded.bytes where usage.bytes + excluded.bytes <= $8
                returning owner),
            begun as (
                insert into chat.files (id, owner, name, declared_type, size, blob, created_at, expires_at, declared_sha256)
                select $1, owner, $3, $4, $5, $1, $6, $7, $9 from room returning {FileRow.Columns}),
            noted as (insert into chat.direct_uploads (file, until) select id, expires_at + $10 from begun where declared_sha256 is not null)
            select {FileRow.Columns} from begun
            """, Guid.CreateVersion7(now), owner.Value, name, declaredType, size, now, now + options.Value.UploadLifetime, options.Value.Quota, sha256, DirectEnds);
        (command.Parameters[3].NpgsqlDbType, command.Parameters[8].NpgsqlDbType) = (NpgsqlDbType.Text, NpgsqlDbType.Bytea); // may be null
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? FileRow.Read(row) : null;
    }

    /// <summary>The right to write an upload that is not finished; null while another request has it.</summary>
    public async Task<UploadLease?> TryTake(FileId file, CancellationToken ct)
    {
        var writer = Guid.NewGuid();
        await using var command = database.Command("""
            update chat.files set writer = $2, writing_until = clock_timestamp() + $3
            where id = $1 and state = 'uploading' and (writing_until is null or writing_until < clock_timestamp())
            """, file.Value, writer, WriterLife);
        return await command.ExecuteNonQueryAsync(ct) == 1 ? new(database, file, writer) : null;
    }

    /// <summary>All bytes are in the store: the file is to be looked at, and may wait anew to be sent. False when that was noted before.</summary>
    public async Task<bool> Finish(FileId file, CancellationToken ct)
    {
        await using var command = database.Command(
            "update chat.files set state = 'checking', received = size, tried_at = $3, expires_at = $2 where id = $1 and state = 'uploading'",
            file.Value, time.GetUtcNow() + options.Value.UploadLifetime, time.GetUtcNow());
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>Notes how far an upload has come, for those who look; the store knows it better.</summary>
    public async Task Progress(FileId file, long received, CancellationToken ct)
    {
        await using var command = database.Command("update chat.files set received = $2 where id = $1 and state = 'uploading'", file.Value, received);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Files that no message has claimed in their time, and that nobody is writing.</summary>
    public async Task<IReadOnlyList<FileId>> Expired(int limit, CancellationToken ct)
    {
        await using var command = database.Command("""
            select id from chat.files
            where expires_at < $1 and claim_conversation is null and (writing_until is null or writing_until < clock_timestamp())
            order by expires_at limit $2
            """, time.GetUtcNow(), limit);
        await using var row = await command.ExecuteReaderAsync(ct);
        var expired = new List<FileId>();
        while (await row.ReadAsync(ct)) expired.Add(new(row.GetGuid(0)));
        return expired;
    }
}
