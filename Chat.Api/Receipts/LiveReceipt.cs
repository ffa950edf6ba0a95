using System.Text.Json.Serialization;
using MessagePack;

namespace Chat.Api.Receipts;

/// <summary>
/// How far a member has come in a conversation. Devices get it of those who have received or read a message of theirs, and of their user's own
/// other devices. It stands nowhere among the conversation's entries, so it has no sequence; a later one replaces an earlier one.
/// </summary>
/// <param name="Delivered">Null where it has not moved.</param>
/// <param name="Read">Null where it has not moved, or one of the two hides it.</param>
/// <param name="Position">Its place in the whole log, opaque.</param>
/// <param name="OccurredAt">RFC 3339, UTC, milliseconds.</param>
[MessagePackObject]
public sealed record LiveReceipt(
    [property: Key("conversationId"), JsonPropertyName("conversationId")] string ConversationId,
    [property: Key("userId"), JsonPropertyName("userId")] string UserId,
    [property: Key("delivered"), JsonPropertyName("delivered")] long? Delivered,
    [property: Key("read"), JsonPropertyName("read")] long? Read,
    [property: Key("position"), JsonPropertyName("position")] string Position,
    [property: Key("occurredAt"), JsonPropertyName("occurredAt")] string OccurredAt);
