using System.Globalization;
using System.Text.Json.Serialization;
using Chat.Application.Presence;
using Chat.Domain;
using MessagePack;

namespace Chat.Api.Presence;

/// <summary>A user as another may see them.</summary>
/// <param name="State">online, offline, or unknown: also for who hides, or shares no conversation with the one who asks.</param>
/// <param name="LastSeen">RFC 3339, UTC, milliseconds; of users who are offline.</param>
[MessagePackObject]
public sealed record PresenceView(
    [property: Key("userId"), JsonPropertyName("userId")] string UserId,
    [property: Key("state"), JsonPropertyName("state")] string State,
    [property: Key("lastSeen"), JsonPropertyName("lastSeen")] string? LastSeen)
{
    public static PresenceView Of(UserId user, UserPresence presence) => new(
        user.ToString(),
        presence.State switch { PresenceState.Online => "online", PresenceState.Offline => "offline", _ => "unknown" },
        presence.LastSeen?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
}

/// <param name="UserIds">All whom this connection watches from now on; none to watch nobody.</param>
[MessagePackObject]
public sealed record WatchRequest([property: Key("userIds"), JsonPropertyName("userIds"), JsonRequired] IReadOnlyList<Guid> UserIds);

/// <param name="Users">Each of them as they are now; changes come as <c>presence</c>.</param>
[MessagePackObject]
public sealed record WatchReply(
    [property: Key("ok"), JsonPropertyName("ok")] bool Ok,
    [property: Key("code"), JsonPropertyName("code")] string? Code,
    [property: Key("detail"), JsonPropertyName("detail")] string? Detail,
    [property: Key("users"), JsonPropertyName("users")] IReadOnlyList<PresenceView>? Users);

/// <param name="Active">False where the user has stopped; true, or nothing, while they write.</param>
[MessagePackObject]
public sealed record TypingRequest(
    [property: Key("conversationId"), JsonPropertyName("conversationId"), JsonRequired] Guid ConversationId,
    [property: Key("active"), JsonPropertyName("active")] bool? Active = null);

/// <summary>What members of a conversation are sent as <c>typing</c>. No entry: it has no sequence, and is kept nowhere.</summary>
/// <param name="EndsAfterMs">How long to show it unless another one comes; 0 to show it no more. A message of the user ends it, too.</param>
[MessagePackObject]
public sealed record TypingView(
    [property: Key("conversationId"), JsonPropertyName("conversationId")] string ConversationId,
    [property: Key("userId"), JsonPropertyName("userId")] string UserId,
    [property: Key("endsAfterMs"), JsonPropertyName("endsAfterMs")] int EndsAfterMs);
