using Decision = Chat.Domain.Decision<Chat.Domain.Conversations.ConversationEvent>;

namespace Chat.Domain.Conversations;

public sealed record UnmuteMember : ConversationCommand
{
    public required UserId Member { get; init; }

    public override Decision Decide(Conversation state, DateTimeOffset now, Rules rules) => AboutMember(state, Member, (me, them) =>
        !MayRule(me, them) ? Refusal.RoleTooLow
        : them.MutedUntil is null ? Decision.Nothing
        : new MemberUnmuted { By = By, At = now, Member = Member });
}
