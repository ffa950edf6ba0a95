using Chat.Application.Log;
using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Application.Inbox;

public interface IInboxReader
{
    /// <summary>The user's conversations, newest Lamport time first.</summary>
    /// <param name="before">Where the last page ended; null for the first.</param>
    Task<InboxPage> Page(UserId user, InboxCursor? before, int limit, CancellationToken ct);

    /// <summary>Items that changed after a position, oldest change first; conversations that were left come as such.</summary>
    Task<InboxChanges> Changes(UserId user, LogPosition after, int limit, CancellationToken ct);

    /// <summary>One item, or null when the user is not in the conversation.</summary>
    Task<InboxItem?> Item(UserId user, ConversationId conversation, CancellationToken ct);

    /// <summary>The highest Lamport time the user can have seen: what their next message must come after.</summary>
    Task<long> ClockOf(UserId user, CancellationToken ct);
}

/// <param name="Unread">Messages of others, not deleted, visible, after <paramref name="ReadUpTo"/>.</param>
/// <param name="Mentions">Those of them that mention the user.</param>
/// <param name="With">The other one of a direct conversation.</param>
/// <param name="ReadUpTo">Sequence up to which the user has read; further back while they have marked it as unread from a message on.</param>
/// <param name="Changed">Position of the last event that changed this item.</param>
public sealed record InboxItem(
    ConversationId Conversation, ConversationKind Kind, string? Name, UserId? With, LastMessage? Last, long Unread, long Mentions, long ReadUpTo,
    bool Muted, bool Pinned, bool Archived, long Lamport, LogPosition Changed, bool Left, bool MarkedUnread);

/// <param name="Text">Empty where its files say it all; null once deleted.</param>
/// <param name="Type">Null once deleted.</param>
public sealed record LastMessage(MessageId Message, long Sequence, UserId Sender, string? Text, MessageType? Type, DateTimeOffset At);

public readonly record struct InboxCursor(long Lamport, ConversationId Conversation);

/// <param name="Totals">Over all the user's conversations that are neither muted nor archived.</param>
/// <param name="AsOf">Changes after this position are not in the page.</param>
public sealed record InboxPage(IReadOnlyList<InboxItem> Items, bool HasMore, InboxTotals Totals, LogPosition AsOf);

public sealed record InboxTotals(long Unread, long Mentions);

/// <param name="Until">Ask again from here.</param>
public sealed record InboxChanges(IReadOnlyList<InboxItem> Items, LogPosition Until, bool HasMore);
