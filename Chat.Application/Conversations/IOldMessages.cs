using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Application.Conversations;

/// <summary>Finds messages that a conversation's bounded state no longer holds.</summary>
public interface IOldMessages
{
    /// <summary>How the message stands, or null when there is none.</summary>
    /// <param name="horizon">The answer must reflect every event of the conversation up to this sequence.</param>
    /// <exception cref="ReadModelBehindException">The read model has not applied the horizon yet.</exception>
    Task<MessageHead?> Find(ConversationId conversation, MessageId message, long horizon, CancellationToken ct);

    /// <summary>Where the message stands that this sender has sent under this name of theirs, or null when there is none.</summary>
    /// <param name="horizon">The answer must know of every message up to this sequence.</param>
    /// <exception cref="ReadModelBehindException">The read model has not applied the horizon yet.</exception>
    Task<long?> SequenceOf(ConversationId conversation, UserId sender, ClientMessageId client, long horizon, CancellationToken ct);
}

/// <summary>A read model is not as fresh as was asked for; worth another try.</summary>
public sealed class ReadModelBehindException(string message) : Exception(message);
