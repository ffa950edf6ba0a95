using Decision = Chat.Domain.Decision<Chat.Domain.Conversations.ConversationEvent>;

namespace Chat.Domain.Conversations;

public sealed record RemoveReaction : ConversationCommand
{
    public required MessageId Message { get; init; }
    public required string Reaction { get; init; }

    public override Decision Decide(Conversation state, DateTimeOffset now, Rules rules) => AboutMessage(state, Message, (_, head) =>
        !head.Reactions.Contains(new(By, Reaction)) ? Decision.Nothing
        : new ReactionRemoved { By = By, At = now, Message = Message, MessageSequence = head.Sequence, Reaction = Reaction });
}
