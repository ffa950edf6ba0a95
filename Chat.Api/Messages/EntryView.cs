using Chat.Application.Timeline;
using Chat.Domain.Conversations;

namespace Chat.Api.Messages;

/// <summary>What stands at one sequence of a conversation: a message as it is now, or a notice. The hub sends the same.</summary>
/// <param name="Version">Sequence of the last change: the ETag of a message.</param>
public sealed record EntryView(
    Guid ConversationId, long Sequence, EntryKind Kind, Guid By, DateTimeOffset At, long Version, MessageView? Message, NoticeView? Notice)
{
    public static EntryView Of(TimelineEntry of) => new(
        of.Conversation.Value, of.Sequence, of.Kind, of.By.Value, of.At, of.Version,
        of.Message is { } message ? MessageView.Of(message) : null, of.Notice is { } notice ? NoticeView.Of(notice) : null);
}

/// <param name="Text">Absent once deleted.</param>
public sealed record MessageView(
    Guid Id, Guid ClientMessageId, string? Text, Guid? ReplyTo, IReadOnlyList<Guid> Mentions, IReadOnlyList<ReactionView> Reactions,
    DateTimeOffset? EditedAt, DateTimeOffset? DeletedAt, Guid? DeletedBy, bool Pinned)
{
    public static MessageView Of(MessageContent of) => new(
        of.Id.Value, of.ClientMessage.Value, of.Text, of.ReplyTo?.Value, [.. of.Mentions.Select(static user => user.Value)],
        [.. of.Reactions.Select(static reaction => new ReactionView(reaction.By.Value, reaction.Value))], of.EditedAt, of.DeletedAt, of.DeletedBy?.Value, of.Pinned);
}

public sealed record ReactionView(Guid By, string Reaction);

public sealed record NoticeView(Guid? MemberId, Role? Role, bool? CanPost, string? Name, Guid? MessageId, DateTimeOffset? Until)
{
    public static NoticeView Of(NoticeContent of) => new(of.Member?.Value, of.Role, of.CanPost, of.Name, of.Message?.Value, of.Until);
}
