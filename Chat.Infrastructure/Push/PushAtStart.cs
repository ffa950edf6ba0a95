using Chat.Application.Push;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.Push;

/// <summary>Says which providers are used, or that none is.</summary>
sealed partial class PushAtStart(IEnumerable<IPushSender> senders, ILogger<PushAtStart> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var providers = senders.Select(static sender => sender.Provider).ToList();
        if (providers.Count > 0) LogOn(logger, string.Join(", ", providers));
        else LogOff(logger);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Information, Message = "Push notifications go out by {Providers}.")]
    static partial void LogOn(ILogger logger, string providers);

    [LoggerMessage(Level = LogLevel.Information, Message = "Push notifications are off: neither Push:Fcm nor Push:Apns nor Push:WebPush is configured.")]
    static partial void LogOff(ILogger logger);
}
