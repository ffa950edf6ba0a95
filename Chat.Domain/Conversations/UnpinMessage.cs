using Decision = Chat.Domain.Decision<Chat.Domain.Conversations.ConversationEvent>;

namespace Chat.Domain.Conversations;

public sealed record UnpinMessage : ConversationCommand
{
    public required MessageId Message { get; init; }

    public override Decision Decide(Conversation state, DateTimeOffset now, Rules rules) => AsMember(state, me =>
        state.Kind != ConversationKind.Direct && !IsModerator(me) ? Refusal.RoleTooLow
        : state.Pins.Find(pin => pin.Message == Message) is not { } pin ? Decision.Nothing
        : new MessageUnpinned { By = By, At = now, Message = Message, MessageSequence = pin.Sequence });
}
