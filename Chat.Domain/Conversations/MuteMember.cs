using Decision = Chat.Domain.Decision<Chat.Domain.Conversations.ConversationEvent>;

namespace Chat.Domain.Conversations;

public sealed record MuteMember : ConversationCommand
{
    public required UserId Member { get; init; }
    public DateTimeOffset? Until { get; init; } // null is until unmuted

    public override Decision Decide(Conversation state, DateTimeOffset now, Rules rules) =>
        Member == By ? Refusal.NotYourself
        : AboutMember(state, Member, (me, them) =>
            !MayRule(me, them) ? Refusal.RoleTooLow
            : them.MutedUntil == (Until ?? DateTimeOffset.MaxValue) || Until <= now ? Decision.Nothing
            : new MemberMuted { By = By, At = now, Member = Member, Until = Until });
}
