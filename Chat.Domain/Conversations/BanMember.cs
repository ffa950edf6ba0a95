using Decision = Chat.Domain.Decision<Chat.Domain.Conversations.ConversationEvent>;

namespace Chat.Domain.Conversations;

public sealed record BanMember : ConversationCommand
{
    public required UserId Member { get; init; }

    public override Decision Decide(Conversation state, DateTimeOffset now, Rules rules) => AsMember(state, me =>
        state.Kind == ConversationKind.Direct ? Refusal.DirectIsFixed
        : Member == By ? Refusal.NotYourself
        : !IsModerator(me) ? Refusal.RoleTooLow
        : state.Banned.Contains(Member) ? Decision.Nothing
        // one who is not a member (any more) can be banned too: they must not come back
        : state.Member(Member) is { } them && !MayRule(me, them) ? Refusal.RoleTooLow
        : new MemberBanned { By = By, At = now, Member = Member });
}
