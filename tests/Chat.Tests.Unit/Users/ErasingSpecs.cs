using Chat.Domain;
using Chat.Domain.Users;
using Decision = Chat.Domain.Decision<Chat.Domain.Users.UserEvent>;

namespace Chat.Tests.Unit.Users;

public sealed class ErasingSpecs
{
    static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    static readonly UserId Ann = new(Guid.CreateVersion7());
    static readonly UserId Bob = new(Guid.CreateVersion7());

    static readonly User Known = After(
        new UserRegistered { By = Ann, At = Noon, Username = "ann", DisplayName = "Ann" },
        new UserBlocked { By = Ann, At = Noon, Blocked = Bob });

    static readonly User Gone = User.Evolve(Known, new(new UserErased { By = Ann, At = Noon }, 2));

    static User After(params UserEvent[] events) => events.Index().Aggregate(User.Initial, static (state, e) => User.Evolve(state, new(e.Item, e.Index)));

    [Fact]
    public void a_user_is_erased_once()
    {
        Assert.IsType<UserErased>(Assert.Single(Assert.IsType<Decision.Accepted>(Decide(Known, new EraseUser { By = Ann })).Events));
        Assert.Same(Decision.Nothing, Decide(Gone, new EraseUser { By = Ann }));
    }

    [Fact]
    public void nobody_is_erased_who_never_was() => Assert.Equal(new Decision.Rejected(Refusal.NoSuchUser), Decide(User.Initial, new EraseUser { By = Ann }));

    [Fact]
    public void nothing_is_remembered_of_an_erased_user()
    {
        Assert.Equal(User.Initial with { Erased = true, Sequence = 2 }, Gone);
        Assert.False(Gone.Registered);
    }

    public static TheoryData<UserCommand> Wishes =>
    [
        new RegisterUser { By = Ann, Username = "ann", DisplayName = "Ann" },
        new ChangeProfile { By = Ann, DisplayName = "Ann again" },
        new BlockUser { By = Ann, Blocked = Bob },
        new UnblockUser { By = Ann, Blocked = Bob },
        new ChangeInboxPreference { By = Ann, Conversation = new(Guid.NewGuid()), Muted = true },
        new ChangeReadReceipts { By = Ann, Hidden = true },
    ];

    [Theory, MemberData(nameof(Wishes))]
    public void an_erased_user_can_do_nothing(UserCommand wish) => Assert.Equal(new Decision.Rejected(Refusal.NoSuchUser), Decide(Gone, wish));

    static Decision Decide(User state, UserCommand wish) => wish.Decide(state, Noon);
}
