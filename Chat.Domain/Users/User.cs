using System.Collections.Immutable;

namespace Chat.Domain.Users;

public sealed record User
{
    public static readonly User Initial = new();

    public long Sequence { get; init; } = -1;
    public string DisplayName { get; init; } = "";
    public ImmutableHashSet<UserId> Blocked { get; init; } = [];
    public ImmutableDictionary<ConversationId, InboxPreference> Preferences { get; init; } = ImmutableDictionary<ConversationId, InboxPreference>.Empty;

    public bool HidesReadReceipts { get; init; }

    /// <summary>Nothing is known of them any more but that they were here; they can do nothing and never come back.</summary>
    public bool Erased { get; init; }

    public bool Registered => Sequence >= 0 && !Erased;

    public InboxPreference PreferenceFor(ConversationId conversation) => Preferences.GetValueOrDefault(conversation) ?? new();

    public static User Evolve(User state, Recorded<UserEvent> recorded) => state.Apply(recorded.Event) with { Sequence = recorded.Sequence };

    User Apply(UserEvent @event) => @event switch
    {
        UserRegistered e => this with { DisplayName = e.DisplayName },
        ProfileChanged e => this with { DisplayName = e.DisplayName },
        UserBlocked e => this with { Blocked = Blocked.Add(e.Blocked) },
        UserUnblocked e => this with { Blocked = Blocked.Remove(e.Blocked) },
        InboxPreferenceChanged e => this with { Preferences = Preferences.SetItem(e.Conversation, e.Preference) },
        UserErased => Initial with { Erased = true },
        ReadReceiptsChanged e => this with { HidesReadReceipts = e.Hidden },
        _ => throw new InvalidOperationException($"No rule for {@event.GetType().Name}."),
    };
}
