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

/// <param name="Type">Image when it carries pictures only, file when it carries anything else; absent once deleted.</param>
/// <param name="Text">Empty where the attachments say it all; absent once deleted.</param>
public sealed record MessageView(
    Guid Id, Guid ClientMessageId, MessageType? Type, string? Text, Guid? ReplyTo, IReadOnlyList<Guid> Mentions, IReadOnlyList<ReactionView> Reactions,
    IReadOnlyList<AttachmentView> Attachments, PreviewView? Preview, DateTimeOffset? EditedAt, DateTimeOffset? DeletedAt, Guid? DeletedBy, bool Pinned)
{
    public static MessageView Of(MessageContent of) => new(
        of.Id.Value, of.ClientMessage.Value, of.Type, of.Text, of.ReplyTo?.Value, [.. of.Mentions.Select(static user => user.Value)],
        [.. of.Reactions.Select(static reaction => new ReactionView(reaction.By.Value, reaction.Value))],
        [.. of.Attachments.Select(AttachmentView.Of)], PreviewView.Of(of.Preview), of.EditedAt, of.DeletedAt, of.DeletedBy?.Value, of.Pinned);
}

/// <param name="Id">Names it under /v1/files.</param>
/// <param name="Name">As its sender calls it.</param>
/// <param name="Size">Bytes.</param>
public sealed record AttachmentView(Guid Id, string Name, string MediaType, long Size, ImageView? Image)
{
    public static AttachmentView Of(Attachment of) => new(
        of.File.Value, of.Name, of.MediaType, of.Size, of.Image is { } image ? new(image.Width, image.Height, image.Color) : null);
}

/// <param name="Width">Pixels, turned the right way up.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Color">The average, "#rrggbb".</param>
public sealed record ImageView(int Width, int Height, string Color);

/// <summary>What the first link of the text leads to.</summary>
/// <param name="Link">As it stands in the text.</param>
public sealed record PreviewView(string Link, string Title, string? Description, string? Site)
{
    public static PreviewView? Of(LinkPreview? of) => of is null ? null : new(of.Link, of.Title, of.Description, of.Site);
}

public sealed record ReactionView(Guid By, string Reaction);

public sealed record NoticeView(Guid? MemberId, Role? Role, bool? CanPost, string? Name, Guid? MessageId, DateTimeOffset? Until)
{
    public static NoticeView Of(NoticeContent of) => new(of.Member?.Value, of.Role, of.CanPost, of.Name, of.Message?.Value, of.Until);
}
