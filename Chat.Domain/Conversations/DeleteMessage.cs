using Decision = Chat.Domain.Decision<Chat.Domain.Conversations.ConversationEvent>;

namespace Chat.Domain.Conversations;

public sealed record DeleteMessage : ConversationCommand
{
    public required MessageId Message { get; init; }

    public override Decision Decide(Conversation state, DateTimeOffset now, Rules rules) => AboutMessage(state, Message, evenDeleted: true, decide: (me, head) =>
        head.Author != By && !(state.Kind != ConversationKind.Direct && IsModerator(me)) ? Refusal.NotYours
        : head.Deleted ? Decision.Nothing
        : new MessageDeleted { By = By, At = now, Message = Message, MessageSequence = head.Sequence });
}
