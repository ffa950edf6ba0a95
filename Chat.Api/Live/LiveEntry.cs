using System.Text.Json.Serialization;
using MessagePack;

namespace Chat.Api.Live;

/// <summary>One durable thing that happened in a conversation, as every device of every member gets it.</summary>
/// <param name="Type">messageSent, messageEdited, memberAdded …</param>
/// <param name="Sequence">Its place in the conversation: devices drop what they have and ask for what they miss by it.</param>
/// <param name="Position">Its place in the whole log, opaque.</param>
/// <param name="OccurredAt">RFC 3339, UTC, milliseconds.</param>
/// <param name="Data">What happened; its fields follow from the type.</param>
[MessagePackObject]
public sealed record LiveEntry(
    [property: Key("type"), JsonPropertyName("type")] string Type,
    [property: Key("conversationId"), JsonPropertyName("conversationId")] string ConversationId,
    [property: Key("sequence"), JsonPropertyName("sequence")] long Sequence,
    [property: Key("position"), JsonPropertyName("position")] string Position,
    [property: Key("occurredAt"), JsonPropertyName("occurredAt")] string OccurredAt,
    [property: Key("data"), JsonPropertyName("data")] IReadOnlyDictionary<string, object?> Data);

/// <summary>Said before the server closes a connection.</summary>
/// <param name="Code">draining, slow_consumer, token_expired, revoked, rate_limited, resync, connection_limit.</param>
/// <param name="Reconnect">Whether coming back makes sense.</param>
/// <param name="AfterMs">And how late, so that not all come at once.</param>
[MessagePackObject]
public sealed record Bye(
    [property: Key("code"), JsonPropertyName("code")] string Code,
    [property: Key("reconnect"), JsonPropertyName("reconnect")] bool Reconnect,
    [property: Key("afterMs"), JsonPropertyName("afterMs")] int AfterMs)
{
    public const string SlowConsumer = "slow_consumer";
}
