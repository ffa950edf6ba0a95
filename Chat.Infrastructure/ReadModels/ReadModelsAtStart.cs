using Chat.Application.Log;
using Chat.Infrastructure.Postgres;
using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.ReadModels;

/// <summary>Makes the first generation of every read model, so that readers have their views before a projection has run.</summary>
sealed class ReadModelsAtStart(Checkpoints checkpoints, IEventLog log, IEnumerable<ReadModel> models, ILogger<ReadModelsAtStart> logger) : Preparation(logger)
{
    protected override async Task Prepare(CancellationToken ct)
    {
        var epoch = await log.Epoch(ct);
        foreach (var model in models) await checkpoints.Ensure(model, epoch, ct);
    }
}
