using Chat.Application.Log;
using Chat.Infrastructure.Postgres;
using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.EventStoreDb;

/// <summary>Waits for a server that is not there yet; a setting that will never do ends the start, and is named.</summary>
sealed class EventStoreDbAtStart(EventStoreDbLog log, ILogger<EventStoreDbAtStart> logger) : Preparation(logger)
{
    protected override async Task Prepare(CancellationToken ct)
    {
        try
        {
            await log.Head(ct);
        }
        catch (LogUnavailableException fault) when (fault.InnerException is EventStoreDbSettingException setting)
        {
            throw setting;
        }
    }
}
