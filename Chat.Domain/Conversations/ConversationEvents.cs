namespace Chat.Domain.Conversations;

public enum ConversationKind { Direct, Group, Channel }

public enum Role { Member, Admin, Owner }

/// <summary>What a member may see of the time before they joined.</summary>
public enum History { SinceJoined, Shared }

/// <summary>Everything that happens in a conversation, in the order in which its members see it.</summary>
public abstract record ConversationEvent
{
    public required UserId By { get; init; }
    public required DateTimeOffset At { get; init; }
}

public sealed record ConversationStarted : ConversationEvent
{
    public required ConversationId Conversation { get; init; }
    public required ConversationKind Kind { get; init; }
    public required History History { get; init; }
    public string? Name { get; init; } // none for direct
}

public sealed record ConversationRenamed : ConversationEvent
{
    public required string Name { get; init; }
}

public sealed record MemberAdded : ConversationEvent
{
    public required UserId Member { get; init; }
    public required Role Role { get; init; }
    public required bool CanPost { get; init; } // false for a channel's readers
}

public sealed record MemberRemoved : ConversationEvent
{
    public required UserId Member { get; init; }
}

public sealed record MemberLeft : ConversationEvent;

public sealed record MemberRoleChanged : ConversationEvent
{
    public required UserId Member { get; init; }
    public required Role Role { get; init; }
    public required bool CanPost { get; init; }
}

/// <summary>Also ends the membership, where there is one.</summary>
public sealed record MemberBanned : ConversationEvent
{
    public required UserId Member { get; init; }
}

public sealed record MemberUnbanned : ConversationEvent
{
    public required UserId Member { get; init; }
}

/// <summary>A moderator's silence: the member reads but does not post until then.</summary>
public sealed record MemberMuted : ConversationEvent
{
    public required UserId Member { get; init; }
    public DateTimeOffset? Until { get; init; } // null is until unmuted
}

public sealed record MemberUnmuted : ConversationEvent
{
    public required UserId Member { get; init; }
}

public sealed record MessageSent : ConversationEvent
{
    public required MessageId Message { get; init; }
    public required ClientMessageId ClientMessage { get; init; }
    public required MessageBody Body { get; init; }
    public MessageId? ReplyTo { get; init; }
    public IReadOnlyList<UserId> Mentions { get; init; } = [];
    public IReadOnlyList<Attachment>? Attachments { get; init; } // null rather than empty: most messages have none, and store none
}

/// <summary>Something about a message that was sent before. Says where that stands, so that no reader has to look it up.</summary>
public abstract record MessageChange : ConversationEvent
{
    public required MessageId Message { get; init; }
    public required long MessageSequence { get; init; }
}

public sealed record MessageEdited : MessageChange
{
    public required MessageBody Body { get; init; }
    public IReadOnlyList<UserId> Mentions { get; init; } = [];
}

public sealed record MessageDeleted : MessageChange;

/// <summary>What the first link of a message leads to, found a moment after; by the message's sender, as what they have said.</summary>
public sealed record LinkPreviewed : MessageChange
{
    public required LinkPreview Preview { get; init; }
}

public sealed record ReactionAdded : MessageChange
{
    public required string Reaction { get; init; }
}

public sealed record ReactionRemoved : MessageChange
{
    public required string Reaction { get; init; }
}

public sealed record MessagePinned : MessageChange;

public sealed record MessageUnpinned : MessageChange;
