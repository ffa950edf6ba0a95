using System.Runtime.CompilerServices;
using Chat.Application.Directory;
using Chat.Application.Inbox;
using Chat.Application.Timeline;
using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Application.Accounts;

/// <summary>Gathers what is known of a user and written by them, piece by piece: never more than a page of it in memory.</summary>
public sealed class PersonalExport(IDirectoryReader directory, ISessions sessions, IInboxReader inbox, ITimelineReader timeline)
{
    const int PageSize = 100;

    public async IAsyncEnumerable<object> Of(UserId user, [EnumeratorCancellation] CancellationToken ct)
    {
        if (await directory.User(user, ct) is { } profile) yield return new Profile(user.Value, profile.Username, profile.DisplayName, profile.RegisteredAt);
        foreach (var session in await sessions.Of(user, ct)) yield return new Device(session.DeviceId, session.DeviceName, session.Platform, session.CreatedAt, session.LastSeenAt);
        foreach (var blocked in await directory.BlockedBy(user, ct)) yield return new Block(blocked.Value);
        await foreach (var item in Conversations(user, ct)) yield return Conversation.Of(item);
        await foreach (var entry in timeline.WrittenBy(user, ct))
        {
            if (entry.Message is { } message) yield return Message.Of(entry, message);
            else if (entry.Notice?.Name is { } name) yield return new Name(entry.Conversation.Value, entry.Sequence, name, entry.At);
        }
    }

    async IAsyncEnumerable<InboxItem> Conversations(UserId user, [EnumeratorCancellation] CancellationToken ct)
    {
        InboxCursor? cursor = null;
        for (var more = true; more;)
        {
            var page = await inbox.Page(user, cursor, PageSize, ct);
            foreach (var item in page.Items) yield return item;
            more = page.HasMore;
            if (more) cursor = new(page.Items[^1].Lamport, page.Items[^1].Conversation);
        }
    }

    sealed record Profile(Guid Id, string Username, string DisplayName, DateTimeOffset RegisteredAt)
    {
        public string Type { get; } = "profile";
    }

    sealed record Device(Guid Id, string Name, string Platform, DateTimeOffset LoggedInAt, DateTimeOffset LastSeenAt)
    {
        public string Type { get; } = "device";
    }

    sealed record Block(Guid UserId)
    {
        public string Type { get; } = "block";
    }

    sealed record Conversation(Guid Id, ConversationKind Kind, string? Name, Guid? With, long ReadUpTo, bool Muted, bool Pinned, bool Archived)
    {
        public string Type { get; } = "conversation";

        public static Conversation Of(InboxItem item) =>
            new(item.Conversation.Value, item.Kind, item.Name, item.With?.Value, item.ReadUpTo, item.Muted, item.Pinned, item.Archived);
    }

    /// <summary>A name that the user gave a conversation.</summary>
    sealed record Name(Guid ConversationId, long Sequence, string Given, DateTimeOffset At)
    {
        public string Type { get; } = "name";
    }

    /// <param name="Text">As it is now; absent once deleted.</param>
    sealed record Message(
        Guid ConversationId, long Sequence, Guid Id, string? Text, DateTimeOffset SentAt, DateTimeOffset? EditedAt, DateTimeOffset? DeletedAt, Guid? ReplyTo, IEnumerable<Guid> Mentions)
    {
        public string Type { get; } = "message";

        public static Message Of(TimelineEntry entry, MessageContent message) => new(
            entry.Conversation.Value, entry.Sequence, message.Id.Value, message.Text, entry.At, message.EditedAt, message.DeletedAt, message.ReplyTo?.Value,
            message.Mentions.Select(static user => user.Value));
    }
}
