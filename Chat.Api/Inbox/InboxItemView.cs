using Chat.Application.Inbox;
using Chat.Domain.Conversations;

namespace Chat.Api.Inbox;

/// <summary>One conversation in a user's inbox. The hub sends the same.</summary>
/// <param name="WithUserId">The other one of a direct conversation.</param>
/// <param name="ReadUpTo">Sequence up to which the user has read.</param>
/// <param name="Lamport">What the inbox is ordered by.</param>
/// <param name="MarkedUnread">The user has marked it as unread, and not read in it since.</param>
/// <param name="Left">The user is no longer a member.</param>
public sealed record InboxItemView(
    Guid ConversationId, ConversationKind Kind, string? Name, Guid? WithUserId, LastMessageView? LastMessage, long Unread, long Mentions, long ReadUpTo,
    bool Muted, bool Pinned, bool Archived, long Lamport, string Position, bool Left, bool MarkedUnread)
{
    public static InboxItemView Of(InboxItem of) => new(
        of.Conversation.Value, of.Kind, of.Name, of.With?.Value,
        of.Last is { } last ? new(last.Message.Value, last.Sequence, last.Sender.Value, last.Text, last.Type, last.At) : null,
        of.Unread, of.Mentions, of.ReadUpTo, of.Muted, of.Pinned, of.Archived, of.Lamport, of.Changed.ToString(), of.Left, of.MarkedUnread);
}

/// <param name="Text">Empty where its attachments say it all; absent once deleted.</param>
/// <param name="Type">What it is, where there is no text to show; absent once deleted.</param>
public sealed record LastMessageView(Guid Id, long Sequence, Guid SenderId, string? Text, MessageType? Type, DateTimeOffset At);
