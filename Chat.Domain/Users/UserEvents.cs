namespace Chat.Domain.Users;

/// <summary>What a person is and prefers. Credentials and sessions are not here: secrets have no place in a log.</summary>
public abstract record UserEvent
{
    public required UserId By { get; init; }
    public required DateTimeOffset At { get; init; }
}

public sealed record UserRegistered : UserEvent
{
    public required string Username { get; init; }
    public required string DisplayName { get; init; }
}

public sealed record ProfileChanged : UserEvent
{
    public required string DisplayName { get; init; }
}

public sealed record UserBlocked : UserEvent
{
    public required UserId Blocked { get; init; }
}

public sealed record UserUnblocked : UserEvent
{
    public required UserId Blocked { get; init; }
}

/// <summary>How one user keeps one conversation in their inbox; the whole of it, not a difference.</summary>
public sealed record InboxPreferenceChanged : UserEvent
{
    public required ConversationId Conversation { get; init; }
    public required InboxPreference Preference { get; init; }
}

public sealed record InboxPreference(bool Muted = false, bool Pinned = false, bool Archived = false);

/// <summary>
/// The last event of a user. Whoever reads it makes sure that the key of their words is gone, and shows none of those words any more.
/// </summary>
public sealed record UserErased : UserEvent;

/// <summary>Whether others see what this user has read, and this user what others have.</summary>
public sealed record ReadReceiptsChanged : UserEvent
{
    public required bool Hidden { get; init; }
}
