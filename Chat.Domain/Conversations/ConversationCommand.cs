using Decision = Chat.Domain.Decision<Chat.Domain.Conversations.ConversationEvent>;

namespace Chat.Domain.Conversations;

/// <summary>
/// Somebody's wish about one conversation. <see cref="Decide"/> is pure: the same state, time and rules give the same answer,
/// and a command whose wish is already true decides <see cref="Decision{TEvent}.Nothing"/>.
/// </summary>
public abstract record ConversationCommand
{
    public required ConversationId Conversation { get; init; }
    public required UserId By { get; init; }
    public DeviceId? Device { get; init; }

    /// <summary>The client's own name for this wish, where it gives one: event ids derive from it, so the log recognises a repeat of any age.</summary>
    public virtual Guid? Key => null;

    public abstract Decision Decide(Conversation state, DateTimeOffset now, Rules rules);

    /// <summary>The answer when the log already holds what this command would append: <paramref name="first"/>, however old.</summary>
    public virtual Decision AnswerRepeat(Recorded<ConversationEvent> first) => new Decision.Repeated(null, first.Sequence, first.Event.At);

    /// <summary>Decides as a member, or refuses a stranger as if the conversation did not exist.</summary>
    protected Decision AsMember(Conversation state, Func<Member, Decision> decide) =>
        state.Member(By) is { } me ? decide(me) : Refusal.NoSuchConversation;

    /// <summary>Decides about the membership of another, in conversations that have roles.</summary>
    protected Decision AboutMember(Conversation state, UserId target, Func<Member, Member, Decision> decide) =>
        AsMember(state, me =>
            state.Kind == ConversationKind.Direct ? Refusal.DirectIsFixed
            : state.Member(target) is { } them ? decide(me, them)
            : Refusal.NoSuchMember);

    /// <summary>Decides about a message that is there and not deleted, asking for its head when the state no longer has it.</summary>
    protected Decision AboutMessage(Conversation state, MessageId message, Func<Member, MessageHead, Decision> decide, bool evenDeleted = false) =>
        AsMember(state, me =>
            !state.Messages.TryFind(message, out var head) ? new Decision.Needs(message)
            // before the member's time: as invisible as what never was
            : head is null || (state.History == History.SinceJoined && head.Sequence < me.Joined) ? Refusal.NoSuchMessage
            : head.Deleted && !evenDeleted ? Refusal.MessageDeleted
            : decide(me, head));

    protected static bool IsModerator(Member member) => member.Role >= Role.Admin;

    /// <summary>Owners rule over all, admins over members; nobody over their equals or themselves.</summary>
    protected static bool MayRule(Member me, Member them) => me.Role == Role.Owner || (me.Role == Role.Admin && them.Role == Role.Member);

    /// <summary>Why this member may not write here now, or null.</summary>
    protected static Refusal? CannotPost(Member me, DateTimeOffset now) =>
        !me.CanPost ? Refusal.ReadersCannotPost
        : me.MutedUntil > now ? Refusal.Muted
        : null;
}
