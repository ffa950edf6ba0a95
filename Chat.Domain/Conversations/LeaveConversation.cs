using Decision = Chat.Domain.Decision<Chat.Domain.Conversations.ConversationEvent>;

namespace Chat.Domain.Conversations;

public sealed record LeaveConversation : ConversationCommand
{
    public override Decision Decide(Conversation state, DateTimeOffset now, Rules rules) => AsMember(state, me =>
        state.Kind == ConversationKind.Direct ? Refusal.DirectIsFixed
        : me.Role == Role.Owner && state.Owners == 1 ? Refusal.LastOwner
        : new MemberLeft { By = By, At = now });
}
