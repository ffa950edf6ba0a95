using Chat.Domain.Conversations;
using Decision = Chat.Domain.Decision<Chat.Domain.Receipts.ReceiptEvent>;

namespace Chat.Domain.Receipts;

/// <summary>A user's wish about their own place in a conversation; see <see cref="ConversationCommand"/>.</summary>
public abstract record ReceiptCommand
{
    public required ConversationId Conversation { get; init; }
    public required UserId By { get; init; }
    public required DeviceId Device { get; init; }

    /// <summary>Why this conversation does not take it, or null: only members may, and only for what there is.</summary>
    public Refusal? Check(Conversation conversation) =>
        conversation.Member(By) is null ? Refusal.NoSuchConversation
        : Sequences.Any(sequence => sequence < 0 || sequence > conversation.Sequence) ? Refusal.SequenceOutOfRange
        : null;

    /// <summary>What comes of it; the conversation has been checked.</summary>
    public abstract Decision Decide(Watermarks state, DateTimeOffset now);

    /// <summary>The sequences it names.</summary>
    protected abstract IEnumerable<long> Sequences { get; }
}
