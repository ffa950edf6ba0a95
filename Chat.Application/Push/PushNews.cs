using Chat.Application.Log;
using Chat.Domain;

namespace Chat.Application.Push;

/// <summary>A message that somebody may want to be told about. No content: that is read when it is sent, as it is then.</summary>
public sealed record PushNews(ConversationId Conversation, MessageId Message, long Sequence, UserId Sender, LogPosition Position)
{
    /// <summary>Whether a member of its conversation is to be told, as things stand for them now. A mention does not break a mute.</summary>
    public bool Concerns(Recipient member) =>
        member.User != Sender && member.Since < Sequence && !member.Muted && !member.Blocked.Contains(Sender) && member.Read < Sequence;

    /// <summary>Whether a member's device shows it by itself: one that is connected, once the member's devices acknowledge.</summary>
    public bool IsShown(Recipient member, bool connected) => connected && member.Delivered >= Sequence;
}

/// <summary>A member of a conversation with a device to push to.</summary>
/// <param name="Since">The sequence at which the membership began.</param>
/// <param name="Blocked">Whom they have blocked.</param>
/// <param name="Delivered">Sequence up to which a device of theirs holds the conversation; -1 for none.</param>
/// <param name="Read">Sequence up to which they have read; -1 for none.</param>
public sealed record Recipient(ConversationId Conversation, UserId User, long Since, bool Muted, IReadOnlyCollection<UserId> Blocked, long Delivered, long Read);
