using Chat.Domain;

namespace Chat.Application.Log;

public static class StreamNames
{
    public const string Conversations = "conversation-";
    public const string Users = "user-";

    public static StreamName Of(ConversationId id) => new($"{Conversations}{id.Value:N}");

    public static StreamName Of(UserId id) => new($"{Users}{id.Value:N}");

    /// <summary>The conversation whose stream this is.</summary>
    public static ConversationId ConversationOf(StreamName stream) => new(Guid.ParseExact(stream.Value.AsSpan(Conversations.Length), "N"));
}
