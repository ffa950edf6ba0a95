using Chat.Domain;

namespace Chat.Application.Log;

public static class StreamNames
{
    public const string Conversations = "conversation-";
    public const string Users = "user-";
    public const string Receipts = "receipts-";

    public static StreamName Of(ConversationId id) => new($"{Conversations}{id.Value:N}");

    public static StreamName Of(UserId id) => new($"{Users}{id.Value:N}");

    /// <summary>What this user has received and read in this conversation.</summary>
    public static StreamName Of(ConversationId conversation, UserId user) => new($"{Receipts}{conversation.Value:N}-{user.Value:N}");

    /// <summary>The conversation that the receipts of a stream are about; whose they are, each event says.</summary>
    public static ConversationId ConversationOfReceipts(StreamName stream) => new(Guid.ParseExact(stream.Value.AsSpan(Receipts.Length, 32), "N"));

    /// <summary>The conversation whose stream this is.</summary>
    public static ConversationId ConversationOf(StreamName stream) => new(Guid.ParseExact(stream.Value.AsSpan(Conversations.Length), "N"));
}
