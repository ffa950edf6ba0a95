using System.Diagnostics;
using Chat.Application.Log;
using Chat.Infrastructure.Postgres;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.EventStoreDb;

/// <summary>Waits for a server that is not there yet; a setting that will never do ends the start, and is named.</summary>
sealed class EventStoreDbAtStart(EventStoreDbLog log, ILogger<EventStoreDbAtStart> logger) : Preparation(logger)
{
    // A server that starts for the first time takes calls a moment before it has made its first users.
    static readonly TimeSpan UsersAreMadeWithin = TimeSpan.FromSeconds(3);

    protected override async Task Prepare(CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        for (var pause = Cluster.FirstPause; ; pause = Cluster.Longer(pause))
        {
            try
            {
                await log.Head(ct);
                return;
            }
            catch (LogUnavailableException fault) when (fault.InnerException is EventStoreDbSettingException setting)
            {
                var isUnknown = setting.InnerException is RpcException { StatusCode: StatusCode.Unauthenticated };
                if (!isUnknown || Stopwatch.GetElapsedTime(started) > UsersAreMadeWithin) throw setting;
            }
            await Task.Delay(pause, ct);
        }
    }
}
