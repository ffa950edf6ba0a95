using Chat.Domain;
using Chat.Infrastructure.Postgres;
using Npgsql;

namespace Chat.Infrastructure.Files;

/// <summary>
/// The right of one request to write an upload, renewed while it is held. A row and not an advisory lock: a slow upload would hold a
/// connection for minutes.
/// </summary>
public sealed class UploadLease : IAsyncDisposable
{
    readonly NpgsqlDataSource database;
    readonly FileId file;
    readonly Guid writer;
    readonly CancellationTokenSource ended = new();
    readonly CancellationTokenSource lost = new(Uploads.WriterLife);
    readonly Task renewing;

    internal UploadLease(NpgsqlDataSource database, FileId file, Guid writer)
    {
        (this.database, this.file, this.writer) = (database, file, writer);
        renewing = Task.Run(Renew);
    }

    /// <summary>Cancelled when the right could not be renewed in time: another request may have it now.</summary>
    public CancellationToken Lost => lost.Token;

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await renewing;
        await using var release = database.Command("update chat.files set writer = null, writing_until = null where id = $1 and writer = $2", file.Value, writer);
        try
        {
            await release.ExecuteNonQueryAsync();
        }
        catch (Exception fault) when (PostgresFaults.IsUnavailable(fault))
        {
            // it ends by itself
        }
        ended.Dispose();
        lost.Dispose();
    }

    async Task Renew()
    {
        using var timer = new PeriodicTimer(Uploads.WriterLife / 4);
        try
        {
            while (await timer.WaitForNextTickAsync(ended.Token))
            {
                if (await TryRenew()) lost.CancelAfter(Uploads.WriterLife);
            }
        }
        catch (OperationCanceledException)
        {
            // no longer held
        }
    }

    async Task<bool> TryRenew()
    {
        await using var renew = database.Command(
            "update chat.files set writing_until = clock_timestamp() + $3 where id = $1 and writer = $2", file.Value, writer, Uploads.WriterLife);
        try
        {
            return await renew.ExecuteNonQueryAsync(ended.Token) == 1;
        }
        catch (Exception fault) when (PostgresFaults.IsUnavailable(fault))
        {
            return false; // tried again until it is lost
        }
    }
}
