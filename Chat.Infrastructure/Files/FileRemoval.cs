using Chat.Application.Files;
using Chat.Domain;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.ReadModels;
using Npgsql;

namespace Chat.Infrastructure.Files;

/// <summary>
/// Removes files: rows and what they count in one transaction, then the bytes that no other row shares. Bytes whose deletion did not come about,
/// because the store was away or the process was killed, are noted in that transaction and deleted later.
/// </summary>
public sealed class FileRemoval(NpgsqlDataSource database, IBlobStore store) : IPersonalFiles
{
    const int AtOnce = 500;

    /// <summary>Removes files whatever refers to them. Returns those that were there.</summary>
    public Task<IReadOnlyList<FileId>> Remove(IReadOnlyCollection<FileId> files, CancellationToken ct) => Remove(files, evenClaimed: true, ct);

    /// <summary>Removes files that no message has claimed by then. Returns those.</summary>
    public Task<IReadOnlyList<FileId>> RemoveUnclaimed(IReadOnlyCollection<FileId> files, CancellationToken ct) => Remove(files, evenClaimed: false, ct);

    public async Task RemoveAllOf(UserId owner, CancellationToken ct)
    {
        while (await Of(owner, ct) is { Count: > 0 } files) await Remove(files, ct);
    }

    async Task<List<FileId>> Of(UserId owner, CancellationToken ct)
    {
        await using var command = database.Command("select id from chat.files where owner = $1 limit $2", owner.Value, AtOnce);
        var files = new List<FileId>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) files.Add(new(row.GetGuid(0)));
        return files;
    }

    /// <summary>Deletes bytes that earlier removals left behind; how many blobs.</summary>
    /// <exception cref="BlobStoreUnavailableException"/>
    public async Task<int> DeleteLeftBytes(CancellationToken ct)
    {
        await using var command = database.Command("select blob from chat.blobs_to_delete limit $1", AtOnce);
        var blobs = new List<Guid>();
        await using (var row = await command.ExecuteReaderAsync(ct))
        {
            while (await row.ReadAsync(ct)) blobs.Add(row.GetGuid(0));
        }
        await DeleteBytes(blobs, ct);
        return blobs.Count;
    }

    async Task<IReadOnlyList<FileId>> Remove(IReadOnlyCollection<FileId> files, bool evenClaimed, CancellationToken ct)
    {
        if (files.Count == 0) return [];
        var (removed, blobs) = await RemoveRows(files, evenClaimed, ct);
        try
        {
            await DeleteBytes(blobs, ct);
        }
        catch (BlobStoreUnavailableException)
        {
            // they are noted, and the sweep deletes them when the store is back
        }
        return removed;
    }

    async Task<(IReadOnlyList<FileId> Removed, IReadOnlyList<Guid> Blobs)> RemoveRows(IReadOnlyCollection<FileId> files, bool evenClaimed, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);

        // before anything is looked at: whoever shares a blob does it under this lock
        await using var owners = new NpgsqlCommand(
            "select from chat.file_usage where owner in (select owner from chat.files where id = any($1)) order by owner for update", connection, transaction);
        owners.Parameters.Add(SqlArray.Uuids(files.Select(static file => file.Value)));
        await owners.ExecuteNonQueryAsync(ct);

        await using var delete = new NpgsqlCommand("""
            with gone as (delete from chat.files where id = any($1) and ($2 or claim_conversation is null) returning id, owner, size, blob),
            counted as (
                update chat.file_usage u set bytes = u.bytes - g.bytes
                from (select owner, sum(size)::bigint as bytes from gone group by owner) g where u.owner = g.owner),
            noted as (
                insert into chat.blobs_to_delete (blob)
                select distinct blob from gone where not exists (
                    select from chat.files f where f.blob = gone.blob and f.id not in (select id from gone))
                on conflict do nothing returning blob)
            select g.id, n.blob from gone g left join noted n on n.blob = g.blob
            """, connection, transaction);
        delete.Parameters.Add(SqlArray.Uuids(files.Select(static file => file.Value)));
        delete.Parameters.AddValues(evenClaimed);
        var (removed, blobs) = (new List<FileId>(), new HashSet<Guid>());
        await using (var row = await delete.ExecuteReaderAsync(ct))
        {
            while (await row.ReadAsync(ct))
            {
                removed.Add(new(row.GetGuid(0)));
                if (!row.IsDBNull(1)) blobs.Add(row.GetGuid(1));
            }
        }
        await transaction.CommitAsync(ct);
        return (removed, [.. blobs]);
    }

    async Task DeleteBytes(IReadOnlyList<Guid> blobs, CancellationToken ct)
    {
        foreach (var blob in blobs)
        {
            await store.Delete(new(blob), ct);
            await using var done = database.Command("delete from chat.blobs_to_delete where blob = $1", blob);
            await done.ExecuteNonQueryAsync(ct);
        }
    }
}
