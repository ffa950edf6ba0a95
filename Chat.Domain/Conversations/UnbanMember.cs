using Decision = Chat.Domain.Decision<Chat.Domain.Conversations.ConversationEvent>;

namespace Chat.Domain.Conversations;

public sealed record UnbanMember : ConversationCommand
{
    public required UserId Member { get; init; }

    public override Decision Decide(Conversation state, DateTimeOffset now, Rules rules) => AsMember(state, me =>
        !IsModerator(me) ? Refusal.RoleTooLow
        : !state.Banned.Contains(Member) ? Decision.Nothing
        : new MemberUnbanned { By = By, At = now, Member = Member });
}
