using Chat.Application.Files;
using Chat.Application.Log;
using Chat.Domain;
using Chat.Infrastructure.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Chat.Infrastructure.Files;

/// <summary>Removes what has expired unsent, what belonged to deleted messages, and bytes that earlier removals left; one node at a time.</summary>
public sealed partial class FilesSweep(
    Leases leases, Uploads uploads, FileReferences references, FileRemoval removal, StagedBytes staged, IOptions<FilesOptions> options, TimeProvider time,
    ILogger<FilesSweep> logger)
    : BackgroundService
{
    const string Name = "files-sweep";
    const int AtOnce = 500;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Sweep(stoppingToken);
            }
            catch (Exception fault) when (fault is BlobStoreUnavailableException or LogUnavailableException || PostgresFaults.IsUnavailable(fault))
            {
                LogAway(logger, fault.Message);
            }
        }
    }

    /// <summary>Once; how many files were removed.</summary>
    public async Task<int> Sweep(CancellationToken ct)
    {
        await using var lease = await leases.TryTake(Name, ct);
        if (lease is null) return 0;
        await references.FreeAbandoned(ct);
        var removed = await Remove(uploads.Expired, removal.RemoveUnclaimed, ct) + await Remove(references.OfDeletedMessages, removal.Remove, ct);
        await removal.DeleteLeftBytes(ct);
        await staged.DiscardDead(ct);
        if (removed > 0) LogRemoved(logger, removed);
        return removed;
    }

    static async Task<int> Remove(
        Func<int, CancellationToken, Task<IReadOnlyList<FileId>>> find, Func<IReadOnlyCollection<FileId>, CancellationToken, Task<IReadOnlyList<FileId>>> remove,
        CancellationToken ct)
    {
        var removed = 0;
        for (var found = await find(AtOnce, ct); found.Count > 0; found = await find(AtOnce, ct))
        {
            var gone = await remove(found, ct);
            if (gone.Count == 0) break; // all of them were claimed since
            removed += gone.Count;
        }
        return removed;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed {Count} files that were not sent in their time, or whose message was deleted.")]
    static partial void LogRemoved(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Expired files are not removed at the moment: {Why}")]
    static partial void LogAway(ILogger logger, string why);
}
