using Chat.Application.Log;
using Chat.Infrastructure.Postgres;
using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.ReadModels;

/// <summary>Makes the first generation of every read model, so that readers have their views before a projection has run.</summary>
sealed class ReadModelsAtStart(Checkpoints checkpoints, IEventLog log, ILogger<ReadModelsAtStart> logger) : Preparation(logger)
{
    static readonly ReadModel[] Models = [TimelineTable.Model, InboxTable.Model, DirectoryTable.Model, ReceiptsTable.Model];

    protected override async Task Prepare(CancellationToken ct)
    {
        var epoch = await log.Epoch(ct);
        foreach (var model in Models) await checkpoints.Ensure(model, epoch, ct);
    }
}
