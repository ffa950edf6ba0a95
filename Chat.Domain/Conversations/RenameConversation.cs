using Decision = Chat.Domain.Decision<Chat.Domain.Conversations.ConversationEvent>;

namespace Chat.Domain.Conversations;

public sealed record RenameConversation : ConversationCommand
{
    public required string Name { get; init; }

    public override Decision Decide(Conversation state, DateTimeOffset now, Rules rules) => AsMember(state, me =>
        state.Kind == ConversationKind.Direct ? Refusal.DirectIsFixed
        : !IsModerator(me) ? Refusal.RoleTooLow
        : Chat.Domain.Name.Check(Name) is { } why ? why
        : state.NameHash == Conversations.Conversation.HashOf(Name) ? Decision.Nothing
        : new ConversationRenamed { By = By, At = now, Name = Name });
}
