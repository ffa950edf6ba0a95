using Chat.Application.Files;
using Chat.Infrastructure.Postgres;
using Npgsql;

namespace Chat.Infrastructure.Files;

/// <summary>What clients have put into the store themselves, removed once nothing more can come, whatever became of the file.</summary>
public sealed class StagedBytes(NpgsqlDataSource database, IBlobStore store, TimeProvider time)
{
    const int AtOnce = 500;

    /// <exception cref="BlobStoreUnavailableException"/>
    public async Task DiscardDead(CancellationToken ct)
    {
        if (store is not IDirectUploads direct) return;
        foreach (var file in await Dead(ct))
        {
            await direct.Discard(new(file), ct);
            await using var done = database.Command("delete from chat.direct_uploads where file = $1", file);
            await done.ExecuteNonQueryAsync(ct);
        }
    }

    async Task<List<Guid>> Dead(CancellationToken ct)
    {
        await using var command = database.Command("select file from chat.direct_uploads where until < $1 limit $2", time.GetUtcNow(), AtOnce);
        var dead = new List<Guid>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) dead.Add(row.GetGuid(0));
        return dead;
    }
}
