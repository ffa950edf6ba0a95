using Decision = Chat.Domain.Decision<Chat.Domain.Users.UserEvent>;

namespace Chat.Domain.Users;

/// <summary>A user's wish about themselves; see <see cref="Conversations.ConversationCommand"/>.</summary>
public abstract record UserCommand
{
    public required UserId By { get; init; }
    public DeviceId? Device { get; init; }

    /// <inheritdoc cref="Conversations.ConversationCommand.Key"/>
    public virtual Guid? Key => null;

    public abstract Decision Decide(User state, DateTimeOffset now);

    protected static Decision WhenRegistered(User state, Func<Decision> decide) => state.Registered ? decide() : Refusal.NoSuchUser;
}

public sealed record RegisterUser : UserCommand
{
    public required string Username { get; init; }
    public required string DisplayName { get; init; }

    public override Guid? Key => By.Value;

    public override Decision Decide(User state, DateTimeOffset now) =>
        state.Erased ? Refusal.NoSuchUser
        : state.Registered ? Decision.Nothing
        : Name.Check(DisplayName) is { } why ? why
        : new UserRegistered { By = By, At = now, Username = Username, DisplayName = DisplayName };
}

public sealed record ChangeProfile : UserCommand
{
    public required string DisplayName { get; init; }

    public override Decision Decide(User state, DateTimeOffset now) => WhenRegistered(state, () =>
        Name.Check(DisplayName) is { } why ? why
        : state.DisplayName == DisplayName ? Decision.Nothing
        : new ProfileChanged { By = By, At = now, DisplayName = DisplayName });
}

public sealed record BlockUser : UserCommand
{
    public required UserId Blocked { get; init; }

    public override Decision Decide(User state, DateTimeOffset now) => WhenRegistered(state, () =>
        Blocked == By ? Refusal.NotYourself
        : state.Blocked.Contains(Blocked) ? Decision.Nothing
        : new UserBlocked { By = By, At = now, Blocked = Blocked });
}

public sealed record UnblockUser : UserCommand
{
    public required UserId Blocked { get; init; }

    public override Decision Decide(User state, DateTimeOffset now) => WhenRegistered(state, () =>
        !state.Blocked.Contains(Blocked) ? Decision.Nothing
        : new UserUnblocked { By = By, At = now, Blocked = Blocked });
}

/// <summary>Changes what is given and leaves the rest; that the user is in the conversation, the handler has checked.</summary>
public sealed record ChangeInboxPreference : UserCommand
{
    public required ConversationId Conversation { get; init; }
    public bool? Muted { get; init; }
    public bool? Pinned { get; init; }
    public bool? Archived { get; init; }

    public override Decision Decide(User state, DateTimeOffset now) => WhenRegistered(state, () =>
    {
        var before = state.PreferenceFor(Conversation);
        var after = new InboxPreference(Muted ?? before.Muted, Pinned ?? before.Pinned, Archived ?? before.Archived);
        return after == before ? Decision.Nothing
            : new InboxPreferenceChanged { By = By, At = now, Conversation = Conversation, Preference = after };
    });
}

/// <summary>Hides from others what the user has read, and from the user what others have; or shows both again.</summary>
public sealed record ChangeReadReceipts : UserCommand
{
    public required bool Hidden { get; init; }

    public override Decision Decide(User state, DateTimeOffset now) => WhenRegistered(state, () =>
        state.HidesReadReceipts == Hidden ? Decision.Nothing : new ReadReceiptsChanged { By = By, At = now, Hidden = Hidden });
}

/// <summary>Ends the user for good. That it is the user's own wish, the edge has made sure of.</summary>
public sealed record EraseUser : UserCommand
{
    public override Decision Decide(User state, DateTimeOffset now) =>
        state.Erased ? Decision.Nothing : WhenRegistered(state, () => new UserErased { By = By, At = now });
}
