using System.Text.Json.Serialization;
using Chat.Application.Log;
using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Application.Timeline;

/// <summary>
/// What stands at one sequence of a conversation: a message as it is now (edited, deleted, with its reactions), or a notice
/// ("renamed", "memberAdded" …). Edits, deletes and reactions change the entry of their message and have none of their own.
/// </summary>
public sealed record TimelineEntry
{
    public required ConversationId Conversation { get; init; }
    public required long Sequence { get; init; }
    public required EntryKind Kind { get; init; }
    public required UserId By { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Sequence of the last change: the ETag of a message.</summary>
    public required long Version { get; init; }

    public MessageContent? Message { get; init; }
    public NoticeContent? Notice { get; init; }

    /// <summary>The same without its author's words: what a fold without their key makes of it.</summary>
    public TimelineEntry Erased() => this with
    {
        Message = Message is { Text: not null } ? Message.Erased() : Message,
        Notice = Notice is { Name: not null } ? Notice with { Name = PersonalText.Erased } : Notice,
    };
}

public enum EntryKind
{
    Message, Started, Renamed, MemberAdded, MemberRemoved, MemberLeft, MemberRoleChanged, MemberBanned, MemberUnbanned, MemberMuted, MemberUnmuted,
    Pinned, Unpinned,
}

public sealed record MessageContent
{
    public required MessageId Id { get; init; }
    public required ClientMessageId ClientMessage { get; init; }
    public string? Text { get; init; } // null once deleted
    public MessageId? ReplyTo { get; init; }
    public IReadOnlyList<UserId> Mentions { get; init; } = [];
    public IReadOnlyList<Reaction> Reactions { get; init; } = [];
    public IReadOnlyList<Attachment> Attachments { get; init; } = []; // none once deleted
    public LinkPreview? Preview { get; init; }
    public DateTimeOffset? EditedAt { get; init; }
    public DateTimeOffset? DeletedAt { get; init; }
    public UserId? DeletedBy { get; init; }
    public bool Pinned { get; init; }

    internal MessageContent Erased() => this with
    {
        Text = PersonalText.Erased,
        Attachments = [.. Attachments.Select(static attachment => attachment with { Name = PersonalText.Erased })],
        Preview = null,
    };

    [JsonIgnore]
    public MessageType? Type => DeletedAt is null ? MessageTypes.Of(Attachments) : null;
}

/// <summary>What a notice is about; which of these are set follows from its kind.</summary>
public sealed record NoticeContent(UserId? Member = null, Role? Role = null, bool? CanPost = null, string? Name = null, MessageId? Message = null, DateTimeOffset? Until = null);
