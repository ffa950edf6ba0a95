using System.Text.Json.Serialization;
using MessagePack;

namespace Chat.Api.Live;

/// <summary>How far the user's conversations have come that moved since the last heartbeat; all entries up to there have been pushed before it.</summary>
[MessagePackObject]
public sealed record Heartbeat([property: Key("heads"), JsonPropertyName("heads")] IReadOnlyList<Head> Heads);

/// <param name="Sequence">Of the conversation's last entry: a device that has less resumes.</param>
[MessagePackObject]
public sealed record Head(
    [property: Key("conversationId"), JsonPropertyName("conversationId")] string ConversationId,
    [property: Key("sequence"), JsonPropertyName("sequence")] long Sequence);
