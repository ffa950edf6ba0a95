using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Tests.Unit.Conversations;

public sealed class MembershipSpecs : Spec
{
    static AddMember Add(UserId member, UserId by) => new() { Conversation = Room, By = by, Member = member };

    static RemoveMember Remove(UserId member, UserId by) => new() { Conversation = Room, By = by, Member = member };

    static ChangeRole Make(UserId member, Role role, UserId by) => new() { Conversation = Room, By = by, Member = member, Role = role };

    static BanMember Ban(UserId member, UserId by) => new() { Conversation = Room, By = by, Member = member };

    static LeaveConversation Leave(UserId by) => new() { Conversation = Room, By = by };

    static StartConversation Start(ConversationKind kind, string? name, params UserId[] members) =>
        new() { Conversation = Room, By = Ann, Kind = kind, Name = name, Members = members };

    [Fact]
    public void the_starter_owns_a_group()
    {
        var events = Given().When(Start(ConversationKind.Group, "Room", Bob, Cat)).ThenAccepted();
        Assert.Equal(
            [(Ann, Role.Owner), (Bob, Role.Member), (Cat, Role.Member)],
            events.OfType<MemberAdded>().Select(e => (e.Member, e.Role)));
    }

    [Fact]
    public void starting_again_under_the_same_key_writes_nothing() => GivenGroup().When(Start(ConversationKind.Group, "Room", Bob)).ThenNothing();

    [Fact]
    public void the_same_key_for_another_kind_is_refused() =>
        GivenGroup().When(Start(ConversationKind.Channel, "Room")).ThenRefused(Refusal.ConversationKeyReused);

    [Fact]
    public void a_group_needs_a_name() => Given().When(Start(ConversationKind.Group, null, Bob)).ThenRefused(Refusal.NameRequired);

    [Theory]
    [InlineData("")]
    [InlineData(" \u200B")]
    [InlineData("line\nbreak")]
    public void a_name_can_be_read(string name) => Given().When(Start(ConversationKind.Group, name, Bob)).ThenRefused(Refusal.NameInvalid);

    [Fact]
    public void a_name_is_unicode_text() => Given().When(Start(ConversationKind.Group, "\uD800", Bob)).ThenRefused(Refusal.NameInvalid);

    [Fact]
    public void a_name_has_at_most_80_graphemes()
    {
        Assert.NotEmpty(Given().When(Start(ConversationKind.Group, new('x', 80))).ThenAccepted());
        Given().When(Start(ConversationKind.Group, new('x', 81))).ThenRefused(Refusal.NameInvalid);
    }

    [Fact]
    public void a_direct_conversation_has_two()
    {
        Assert.Equal(2, Given().When(Start(ConversationKind.Direct, null, Bob)).ThenAccepted().OfType<MemberAdded>().Count());
        Given().When(Start(ConversationKind.Direct, null)).ThenRefused(Refusal.DirectNeedsTwo);
        Given().When(Start(ConversationKind.Direct, null, Ann)).ThenRefused(Refusal.DirectNeedsTwo);
        Given().When(Start(ConversationKind.Direct, null, Bob, Cat)).ThenRefused(Refusal.DirectNeedsTwo);
    }

    [Fact]
    public void a_pair_has_one_direct_conversation() => Assert.Equal(ConversationId.Direct(Ann, Bob), ConversationId.Direct(Bob, Ann));

    [Fact]
    public void a_direct_conversation_stays_as_it_is()
    {
        foreach (ConversationCommand command in new ConversationCommand[]
        {
            Add(Cat, Ann), Remove(Bob, Ann), Leave(Ann), Ban(Bob, Ann), Make(Bob, Role.Owner, Ann), new RenameConversation { Conversation = Room, By = Ann, Name = "x" },
        })
        {
            Given(Direct()).When(command).ThenRefused(Refusal.DirectIsFixed);
        }
    }

    [Fact]
    public void a_group_ends_at_its_limit()
    {
        var full = Given([.. Group(), .. Enumerable.Range(10, 496).Select(i => Added(User(i)))]);
        Assert.Equal(500, full.State.Members.Count);
        full.When(Add(User(5_000), Ann)).ThenRefused(Refusal.GroupFull(500));
        full.When(Add(User(10), Ann)).ThenNothing();
    }

    [Fact]
    public void a_channel_grows_on() =>
        Assert.False(Given([.. Group(ConversationKind.Channel), .. Enumerable.Range(10, 496).Select(i => Added(User(i)))]).When(Add(User(5_000), Ann)).Then<MemberAdded>().CanPost);

    [Fact]
    public void members_do_not_add() => GivenGroup().When(Add(Stranger, Cat)).ThenRefused(Refusal.RoleTooLow);

    [Fact]
    public void adding_a_member_writes_nothing() => GivenGroup().When(Add(Cat, Ann)).ThenNothing();

    [Fact]
    public void the_banned_are_not_added() =>
        GivenGroup(new MemberBanned { By = Ann, At = Noon, Member = Cat }).When(Add(Cat, Ann)).ThenRefused(Refusal.Banned);

    [Fact]
    public void the_unbanned_are_added_again() => GivenGroup(
        new MemberBanned { By = Ann, At = Noon, Member = Cat },
        new MemberUnbanned { By = Ann, At = Noon, Member = Cat }).When(Add(Cat, Ann)).Then<MemberAdded>();

    [Fact]
    public void a_stranger_can_be_banned_ahead() => GivenGroup().When(Ban(Stranger, Bob)).Then<MemberBanned>();

    [Theory]
    [InlineData(2, 3, true)] // admin removes member
    [InlineData(2, 1, false)] // admin removes owner
    [InlineData(3, 4, false)] // member removes member
    [InlineData(1, 2, true)] // owner removes admin
    public void removal_follows_rank(int by, int whom, bool allowed)
    {
        var removal = GivenGroup().When(Remove(User(whom), User(by)));
        if (allowed) removal.Then<MemberRemoved>();
        else removal.ThenRefused(Refusal.RoleTooLow);
    }

    [Fact]
    public void nobody_removes_themselves() => GivenGroup().When(Remove(Bob, Bob)).ThenRefused(Refusal.NotYourself);

    [Fact]
    public void whoever_is_not_there_is_not_removed() => GivenGroup().When(Remove(Stranger, Ann)).ThenRefused(Refusal.NoSuchMember);

    [Fact]
    public void members_leave() => GivenGroup().When(Leave(Cat)).Then<MemberLeft>();

    [Fact]
    public void the_last_owner_does_not_leave()
    {
        GivenGroup().When(Leave(Ann)).ThenRefused(Refusal.LastOwner);
        GivenGroup(new MemberRoleChanged { By = Ann, At = Noon, Member = Bob, Role = Role.Owner, CanPost = true }).When(Leave(Ann)).Then<MemberLeft>();
    }

    [Fact]
    public void the_last_owner_does_not_step_down() => GivenGroup().When(Make(Ann, Role.Member, Ann)).ThenRefused(Refusal.LastOwner);

    [Fact]
    public void an_owner_promotes() => Assert.Equal(Role.Owner, GivenGroup().When(Make(Cat, Role.Owner, Ann)).Then<MemberRoleChanged>().Role);

    [Fact]
    public void nobody_promotes_themselves()
    {
        GivenGroup().When(Make(Cat, Role.Admin, Cat)).ThenRefused(Refusal.RoleTooLow);
        GivenGroup().When(Make(Bob, Role.Owner, Bob)).ThenRefused(Refusal.RoleTooLow);
    }

    [Fact]
    public void an_admin_raises_nobody_to_admin() => GivenGroup().When(Make(Cat, Role.Admin, Bob)).ThenRefused(Refusal.RoleTooLow);

    [Fact]
    public void an_admin_steps_down() => GivenGroup().When(Make(Bob, Role.Member, Bob)).Then<MemberRoleChanged>();

    [Fact]
    public void a_reader_becomes_a_poster() => Assert.True(
        Given(Group(ConversationKind.Channel)).When(new ChangeRole { Conversation = Room, By = Bob, Member = Cat, CanPost = true }).Then<MemberRoleChanged>().CanPost);

    [Fact]
    public void posters_exist_only_in_channels() =>
        GivenGroup().When(new ChangeRole { Conversation = Room, By = Bob, Member = Cat, CanPost = false }).ThenRefused(Refusal.OnlyInChannels);

    [Fact]
    public void muting_follows_rank()
    {
        GivenGroup().When(new MuteMember { Conversation = Room, By = Bob, Member = Cat }).Then<MemberMuted>();
        GivenGroup().When(new MuteMember { Conversation = Room, By = Bob, Member = Ann }).ThenRefused(Refusal.RoleTooLow);
    }

    [Fact]
    public void muting_twice_and_unmuting_twice_write_once()
    {
        MemberMuted muted = new() { By = Bob, At = Noon, Member = Cat };
        GivenGroup(muted).When(new MuteMember { Conversation = Room, By = Bob, Member = Cat }).ThenNothing();
        GivenGroup().When(new UnmuteMember { Conversation = Room, By = Bob, Member = Cat }).ThenNothing();
        GivenGroup(muted).When(new UnmuteMember { Conversation = Room, By = Bob, Member = Cat }).Then<MemberUnmuted>();
    }

    [Fact]
    public void a_moderator_renames_once()
    {
        GivenGroup().When(new RenameConversation { Conversation = Room, By = Bob, Name = "Hall" }).Then<ConversationRenamed>();
        GivenGroup().When(new RenameConversation { Conversation = Room, By = Bob, Name = "Room" }).ThenNothing();
        GivenGroup().When(new RenameConversation { Conversation = Room, By = Cat, Name = "Hall" }).ThenRefused(Refusal.RoleTooLow);
    }

    [Fact]
    public void a_stranger_learns_nothing()
    {
        foreach (ConversationCommand command in new ConversationCommand[]
        {
            Add(Cat, Stranger), Remove(Cat, Stranger), Leave(Stranger), Ban(Cat, Stranger), Make(Cat, Role.Admin, Stranger),
            Edit(Hello, Stranger), Delete(Hello, Stranger), React(Hello, Stranger),
            new RenameConversation { Conversation = Room, By = Stranger, Name = "x" },
            new UnbanMember { Conversation = Room, By = Stranger, Member = Cat },
            new MuteMember { Conversation = Room, By = Stranger, Member = Cat },
            new PinMessage { Conversation = Room, By = Stranger, Message = Hello },
        })
        {
            GivenGroup(Sent(Hello, Ann)).When(command).ThenRefused(Refusal.NoSuchConversation);
        }
    }
}
