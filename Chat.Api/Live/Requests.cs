using System.Text.Json.Serialization;
using Chat.Application.Inbox;
using MessagePack;

namespace Chat.Api.Live;

/// <summary>What devices send to the hub. Ids are UUID strings.</summary>
[MessagePackObject]
public sealed record SendRequest(
    [property: Key("conversationId"), JsonPropertyName("conversationId"), JsonRequired] Guid ConversationId,
    [property: Key("clientMessageId"), JsonPropertyName("clientMessageId"), JsonRequired] Guid ClientMessageId,
    [property: Key("text"), JsonPropertyName("text"), JsonRequired] string Text,
    [property: Key("replyTo"), JsonPropertyName("replyTo")] Guid? ReplyTo = null,
    [property: Key("mentions"), JsonPropertyName("mentions")] IReadOnlyList<Guid>? Mentions = null,
    [property: Key("attachments"), JsonPropertyName("attachments")] IReadOnlyList<Guid>? Attachments = null);

[MessagePackObject]
public sealed record EditRequest(
    [property: Key("conversationId"), JsonPropertyName("conversationId"), JsonRequired] Guid ConversationId,
    [property: Key("messageId"), JsonPropertyName("messageId"), JsonRequired] Guid MessageId,
    [property: Key("text"), JsonPropertyName("text"), JsonRequired] string Text,
    [property: Key("mentions"), JsonPropertyName("mentions")] IReadOnlyList<Guid>? Mentions = null,
    [property: Key("version"), JsonPropertyName("version")] long? Version = null);

[MessagePackObject]
public sealed record MessageRequest(
    [property: Key("conversationId"), JsonPropertyName("conversationId"), JsonRequired] Guid ConversationId,
    [property: Key("messageId"), JsonPropertyName("messageId"), JsonRequired] Guid MessageId);

[MessagePackObject]
public sealed record ReactionRequest(
    [property: Key("conversationId"), JsonPropertyName("conversationId"), JsonRequired] Guid ConversationId,
    [property: Key("messageId"), JsonPropertyName("messageId"), JsonRequired] Guid MessageId,
    [property: Key("reaction"), JsonPropertyName("reaction"), JsonRequired] string Reaction);

/// <param name="UpTo">A sequence of the conversation; everything before it is meant, too.</param>
[MessagePackObject]
public sealed record UpToRequest(
    [property: Key("conversationId"), JsonPropertyName("conversationId"), JsonRequired] Guid ConversationId,
    [property: Key("upTo"), JsonPropertyName("upTo"), JsonRequired] long UpTo);

/// <param name="Conversations">The last sequence up to which the device has everything, by conversation; -1 for nothing.</param>
/// <param name="Epoch">As the last reply told it: another one means that the log is not the one the device knows.</param>
/// <param name="Position">Up to where the device knows its inbox: "asOf" or "until" of the inbox, or "position" of the last resume.</param>
[MessagePackObject]
public sealed record ResumeRequest(
    [property: Key("conversations"), JsonPropertyName("conversations"), JsonRequired] IReadOnlyDictionary<string, long> Conversations,
    [property: Key("epoch"), JsonPropertyName("epoch")] string? Epoch = null,
    [property: Key("position"), JsonPropertyName("position")] string? Position = null);

[MessagePackObject]
public sealed record ResumeReply(
    [property: Key("ok"), JsonPropertyName("ok")] bool Ok,
    [property: Key("code"), JsonPropertyName("code")] string? Code,
    [property: Key("detail"), JsonPropertyName("detail")] string? Detail,
    [property: Key("epoch"), JsonPropertyName("epoch")] string? Epoch,
    [property: Key("conversations"), JsonPropertyName("conversations")] IReadOnlyDictionary<string, ResumedConversation>? Conversations,
    [property: Key("inbox"), JsonPropertyName("inbox")] ResumedInbox? Inbox = null);

/// <param name="Recovered">True: <paramref name="Entries"/> are all that was missed. False: page from <paramref name="Head"/>; never a part.</param>
/// <param name="Code">Why not: too_far_behind, sequence_ahead, epoch_changed, conversation_not_found.</param>
[MessagePackObject]
public sealed record ResumedConversation(
    [property: Key("recovered"), JsonPropertyName("recovered")] bool Recovered,
    [property: Key("head"), JsonPropertyName("head")] long Head,
    [property: Key("entries"), JsonPropertyName("entries")] IReadOnlyList<LiveEntry> Entries,
    [property: Key("code"), JsonPropertyName("code")] string? Code = null);

/// <param name="Recovered">
/// True: <paramref name="Changes"/> are all since the position given. False: page through /v1/inbox/changes, or with another epoch or a position
/// ahead, read /v1/inbox anew.
/// </param>
/// <param name="Position">Where to resume from the next time.</param>
/// <param name="Code">Why not: too_far_behind, position_ahead, epoch_changed.</param>
[MessagePackObject]
public sealed record ResumedInbox(
    [property: Key("recovered"), JsonPropertyName("recovered")] bool Recovered,
    [property: Key("position"), JsonPropertyName("position")] string Position,
    [property: Key("changes"), JsonPropertyName("changes")] IReadOnlyList<InboxChange> Changes,
    [property: Key("code"), JsonPropertyName("code")] string? Code = null);

/// <summary>What a changed conversation counts now; /v1/inbox/changes tells the rest of it.</summary>
/// <param name="Left">The user is no longer a member.</param>
[MessagePackObject]
public sealed record InboxChange(
    [property: Key("conversationId"), JsonPropertyName("conversationId")] string ConversationId,
    [property: Key("unread"), JsonPropertyName("unread")] long Unread,
    [property: Key("mentions"), JsonPropertyName("mentions")] long Mentions,
    [property: Key("readUpTo"), JsonPropertyName("readUpTo")] long ReadUpTo,
    [property: Key("left"), JsonPropertyName("left")] bool Left)
{
    public static InboxChange Of(InboxItem item) => new(item.Conversation.ToString(), item.Unread, item.Mentions, item.ReadUpTo, item.Left);
}
