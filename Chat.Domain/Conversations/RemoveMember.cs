using Decision = Chat.Domain.Decision<Chat.Domain.Conversations.ConversationEvent>;

namespace Chat.Domain.Conversations;

public sealed record RemoveMember : ConversationCommand
{
    public required UserId Member { get; init; }

    public override Decision Decide(Conversation state, DateTimeOffset now, Rules rules) =>
        Member == By ? Refusal.NotYourself
        : AboutMember(state, Member, (me, them) =>
            !MayRule(me, them) ? Refusal.RoleTooLow : new MemberRemoved { By = By, At = now, Member = Member });
}
