using System.Collections.Concurrent;
using Chat.Application.Push;

namespace Chat.Testing;

/// <summary>A provider that keeps what it is given and answers as it is told to.</summary>
public sealed class InMemoryPushSender(PushProvider provider) : IPushSender
{
    public PushProvider Provider => provider;

    public PushResult Answer { get; set; } = new PushResult.Sent();

    public ConcurrentQueue<(PushTarget Target, PushNotification Notification)> Sent { get; } = new();

    public Task<PushResult> Send(PushTarget target, PushNotification notification, CancellationToken ct)
    {
        Sent.Enqueue((target, notification));
        return Task.FromResult(Answer);
    }
}
