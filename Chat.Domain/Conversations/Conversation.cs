using System.Collections.Immutable;

namespace Chat.Domain.Conversations;

/// <param name="Joined">The sequence at which the present membership began.</param>
/// <param name="MutedUntil">A moderator's silence; <see cref="DateTimeOffset.MaxValue"/> is until unmuted.</param>
public sealed record Member(Role Role, bool CanPost, long Joined, DateTimeOffset? MutedUntil = null);

public sealed record Pin(MessageId Message, long Sequence);

/// <summary>
/// What deciding needs to know of a conversation: members and the heads of recent messages, never a text. Bounded by
/// the member limit and <see cref="Limits.RecentMessages"/>.
/// </summary>
public sealed record Conversation
{
    public static readonly Conversation Initial = new();

    /// <summary>Revision of the last event; -1 before the first.</summary>
    public long Sequence { get; init; } = -1;

    public ConversationId Id { get; init; }
    public ConversationKind Kind { get; init; }
    public History History { get; init; }
    public long? NameHash { get; init; } // never the name: it is personal, and this state is kept in snapshots
    public ImmutableDictionary<UserId, Member> Members { get; init; } = ImmutableDictionary<UserId, Member>.Empty;
    public ImmutableHashSet<UserId> Banned { get; init; } = [];
    public ImmutableList<Pin> Pins { get; init; } = [];
    public RecentMessages Messages { get; init; } = RecentMessages.Empty;

    public bool Started => Sequence >= 0;

    public Member? Member(UserId user) => Members.GetValueOrDefault(user);

    /// <summary>Of a direct conversation, the one whom this user talks with.</summary>
    public UserId? OtherThan(UserId user)
    {
        foreach (var (member, _) in Members)
        {
            if (member != user) return member;
        }
        return null;
    }

    public int Owners => Members.Values.Count(static member => member.Role == Role.Owner);

    /// <summary>The same conversation with one old message's head at hand, for one decision.</summary>
    public Conversation Recall(MessageId message, MessageHead? head) => this with { Messages = Messages.Recall(message, head) };

    public static Conversation Evolve(Conversation state, Recorded<ConversationEvent> recorded) =>
        state.Apply(recorded.Event, recorded.Sequence) with { Sequence = recorded.Sequence };

    Conversation Apply(ConversationEvent @event, long sequence) => @event switch
    {
        ConversationStarted e => this with { Id = e.Conversation, Kind = e.Kind, History = e.History, NameHash = HashOf(e.Name) },
        ConversationRenamed e => this with { NameHash = HashOf(e.Name) },
        MemberAdded e => this with { Members = Members.SetItem(e.Member, new(e.Role, e.CanPost, sequence)) },
        MemberRemoved e => this with { Members = Members.Remove(e.Member) },
        MemberLeft e => this with { Members = Members.Remove(e.By) },
        MemberRoleChanged e => With(e.Member, member => member with { Role = e.Role, CanPost = e.CanPost }),
        MemberBanned e => this with { Members = Members.Remove(e.Member), Banned = Banned.Add(e.Member) },
        MemberUnbanned e => this with { Banned = Banned.Remove(e.Member) },
        MemberMuted e => With(e.Member, member => member with { MutedUntil = e.Until ?? DateTimeOffset.MaxValue }),
        MemberUnmuted e => With(e.Member, member => member with { MutedUntil = null }),
        MessageSent e => this with { Messages = Messages.Add(MessageHead.Of(e, sequence)) },
        MessageEdited e => Touch(e.Message, sequence, head => head.Edited(e)),
        LinkPreviewed e => Touch(e.Message, sequence, head => head with { Previewed = true }),
        MessageDeleted e => Touch(e.Message, sequence, head => head with { Deleted = true, Reactions = [] }) with { Pins = Without(e.Message) },
        ReactionAdded e => Touch(e.Message, sequence, head => head with { Reactions = head.Reactions.Add(new(e.By, e.Reaction)) }),
        ReactionRemoved e => Touch(e.Message, sequence, head => head with { Reactions = head.Reactions.Remove(new(e.By, e.Reaction)) }),
        MessagePinned e => this with { Pins = Pins.Add(new(e.Message, e.MessageSequence)) },
        MessageUnpinned e => this with { Pins = Without(e.Message) },
        _ => throw new InvalidOperationException($"No rule for {@event.GetType().Name}."),
    };

    internal static long? HashOf(string? name) => name is null ? null : Texts.Hash(name);

    ImmutableList<Pin> Without(MessageId message) => Pins.RemoveAll(pin => pin.Message == message);

    Conversation With(UserId user, Func<Member, Member> change) => this with { Members = Members.SetItem(user, change(Members[user])) };

    Conversation Touch(MessageId message, long sequence, Func<MessageHead, MessageHead> change) =>
        this with { Messages = Messages.Touch(message, sequence, change) };
}
