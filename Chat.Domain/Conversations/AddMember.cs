using Decision = Chat.Domain.Decision<Chat.Domain.Conversations.ConversationEvent>;

namespace Chat.Domain.Conversations;

public sealed record AddMember : ConversationCommand
{
    public required UserId Member { get; init; }

    public override Decision Decide(Conversation state, DateTimeOffset now, Rules rules) => AsMember(state, me =>
        state.Kind == ConversationKind.Direct ? Refusal.DirectIsFixed
        : !IsModerator(me) ? Refusal.RoleTooLow
        : state.Member(Member) is not null ? Decision.Nothing
        : state.Banned.Contains(Member) ? Refusal.Banned
        : Capacity.Exceeded(state.Kind, state.Members.Count + 1, rules) is { } full ? full
        : new MemberAdded { By = By, At = now, Member = Member, Role = Role.Member, CanPost = state.Kind != ConversationKind.Channel });
}
