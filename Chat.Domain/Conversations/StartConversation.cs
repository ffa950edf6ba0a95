using Decision = Chat.Domain.Decision<Chat.Domain.Conversations.ConversationEvent>;

namespace Chat.Domain.Conversations;

/// <summary>Starts a group or channel, or opens the direct conversation of a pair (the same one, however often).</summary>
public sealed record StartConversation : ConversationCommand
{
    public required ConversationKind Kind { get; init; }
    public string? Name { get; init; }
    public History? History { get; init; }

    /// <summary>Who is in it from the start, beside the starter.</summary>
    public required IReadOnlyList<UserId> Members { get; init; }

    public override Guid? Key => Conversation.Value;

    public override Decision Decide(Conversation state, DateTimeOffset now, Rules rules)
    {
        var others = Members.Where(member => member != By).Distinct().ToList();
        if (Kind == ConversationKind.Direct && others.Count != 1) return Refusal.DirectNeedsTwo;
        if (state.Started) return IsSameAs(state) ? Decision.Nothing : Refusal.ConversationKeyReused;
        if (Kind != ConversationKind.Direct)
        {
            if (Name is null) return Refusal.NameRequired;
            if (Chat.Domain.Name.Check(Name) is { } why) return why;
        }
        if (Capacity.Exceeded(Kind, others.Count + 1, rules) is { } full) return full;

        var starterRole = Kind == ConversationKind.Direct ? Role.Member : Role.Owner;
        return new Decision.Accepted(
        [
            new ConversationStarted
            {
                By = By,
                At = now,
                Conversation = Conversation,
                Kind = Kind,
                History = History ?? DefaultHistory,
                Name = Kind == ConversationKind.Direct ? null : Name,
            },
            new MemberAdded { By = By, At = now, Member = By, Role = starterRole, CanPost = true },
            .. others.Select(other => new MemberAdded
            {
                By = By, At = now, Member = other, Role = Role.Member, CanPost = Kind != ConversationKind.Channel,
            }),
        ]);
    }

    History DefaultHistory => Kind == ConversationKind.Channel ? Conversations.History.Shared : Conversations.History.SinceJoined;

    // Members and the name may have changed since, so a repeat is known by who started what kind.
    bool IsSameAs(Conversation state) => state.Kind == Kind;
}
