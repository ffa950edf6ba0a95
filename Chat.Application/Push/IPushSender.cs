namespace Chat.Application.Push;

/// <summary>What a device shows of one message.</summary>
/// <param name="Conversation">Also what collapses: of several pushes of one conversation that wait at the provider, only the last is shown.</param>
/// <param name="Text">Null where content is hidden; without the message's own text where that is empty.</param>
/// <param name="Badge">The user's unread messages in all.</param>
/// <param name="Type">"text", "image" or "file": what the app may put into words where there is no text. Null where content is hidden.</param>
public sealed record PushNotification(Guid Conversation, Guid Message, long Sequence, string Title, string? Text, long Badge, string? Type)
{
    /// <summary>32 letters and digits: within the limits of all providers (APNs 64 bytes, Web Push 32 of base64url).</summary>
    public string CollapseKey => Conversation.ToString("N");
}

/// <summary>Talks to one provider.</summary>
public interface IPushSender
{
    PushProvider Provider { get; }

    /// <exception cref="HttpRequestException">The provider is out of reach.</exception>
    Task<PushResult> Send(PushTarget target, PushNotification notification, CancellationToken ct);
}

public abstract record PushResult
{
    PushResult() { }

    /// <summary>The provider has taken it over.</summary>
    public sealed record Sent : PushResult;

    /// <summary>The provider knows no such device (any more): it must not be tried again.</summary>
    public sealed record Gone : PushResult;

    /// <summary>Not now.</summary>
    /// <param name="After">When to try again, where the provider says so.</param>
    public sealed record Later(TimeSpan? After, string Why) : PushResult;

    /// <summary>The provider will never take this: something is configured wrong. Says what it answered, without the target.</summary>
    public sealed record Refused(string Why) : PushResult;
}
