using System.Text.Json.Serialization;
using MessagePack;

namespace Chat.Api.Live;

/// <summary>What devices send to the hub. Ids are UUID strings.</summary>
[MessagePackObject]
public sealed record SendRequest(
    [property: Key("conversationId"), JsonPropertyName("conversationId"), JsonRequired] Guid ConversationId,
    [property: Key("clientMessageId"), JsonPropertyName("clientMessageId"), JsonRequired] Guid ClientMessageId,
    [property: Key("text"), JsonPropertyName("text"), JsonRequired] string Text,
    [property: Key("replyTo"), JsonPropertyName("replyTo")] Guid? ReplyTo = null,
    [property: Key("mentions"), JsonPropertyName("mentions")] IReadOnlyList<Guid>? Mentions = null);

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

/// <param name="Conversations">The last sequence the device has, by conversation.</param>
/// <param name="Epoch">As the last reply told it: another one means that the log is not the one the device knows.</param>
[MessagePackObject]
public sealed record ResumeRequest(
    [property: Key("conversations"), JsonPropertyName("conversations"), JsonRequired] IReadOnlyDictionary<string, long> Conversations,
    [property: Key("epoch"), JsonPropertyName("epoch")] string? Epoch = null);

[MessagePackObject]
public sealed record ResumeReply(
    [property: Key("ok"), JsonPropertyName("ok")] bool Ok,
    [property: Key("code"), JsonPropertyName("code")] string? Code,
    [property: Key("detail"), JsonPropertyName("detail")] string? Detail,
    [property: Key("epoch"), JsonPropertyName("epoch")] string? Epoch,
    [property: Key("conversations"), JsonPropertyName("conversations")] IReadOnlyDictionary<string, ResumedConversation>? Conversations);

/// <param name="Recovered">True: <paramref name="Entries"/> are all that was missed. False: page from <paramref name="Head"/>; never a part.</param>
[MessagePackObject]
public sealed record ResumedConversation(
    [property: Key("recovered"), JsonPropertyName("recovered")] bool Recovered,
    [property: Key("head"), JsonPropertyName("head")] long Head,
    [property: Key("entries"), JsonPropertyName("entries")] IReadOnlyList<LiveEntry> Entries,
    [property: Key("code"), JsonPropertyName("code")] string? Code = null);
