using Decision = Chat.Domain.Decision<Chat.Domain.Conversations.ConversationEvent>;

namespace Chat.Domain.Conversations;

public sealed record PinMessage : ConversationCommand
{
    public required MessageId Message { get; init; }

    public override Decision Decide(Conversation state, DateTimeOffset now, Rules rules) => AboutMessage(state, Message, (me, head) =>
        state.Kind != ConversationKind.Direct && !IsModerator(me) ? Refusal.RoleTooLow
        : state.Pins.Exists(pin => pin.Message == Message) ? Decision.Nothing
        : state.Pins.Count >= Limits.Pins ? Refusal.TooManyPins(Limits.Pins)
        : new MessagePinned { By = By, At = now, Message = Message, MessageSequence = head.Sequence });
}
