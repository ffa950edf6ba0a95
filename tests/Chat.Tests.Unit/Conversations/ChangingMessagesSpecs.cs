using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Tests.Unit.Conversations;

public sealed class ChangingMessagesSpecs : Spec
{
    static readonly MessageSent ByCat = Sent(Hello, Cat);
    static readonly MessageDeleted Deleted = new() { By = Cat, At = Noon, Message = Hello, MessageSequence = 5 };
    static readonly ReactionAdded Thumb = new() { By = Dan, At = Noon, Message = Hello, MessageSequence = 5, Reaction = "👍" };

    [Fact]
    public void the_author_edits() => Assert.Equal(new("better"), GivenGroup(ByCat).When(Edit(Hello, Cat, "better")).Then<MessageEdited>().Body);

    [Fact]
    public void editing_someone_elses_message_is_refused() => GivenGroup(ByCat).When(Edit(Hello, Dan)).ThenRefused(Refusal.NotYours);

    [Fact]
    public void not_even_the_owner_edits_for_others() => GivenGroup(ByCat).When(Edit(Hello, Ann)).ThenRefused(Refusal.NotYours);

    [Fact]
    public void an_edit_that_changes_nothing_writes_nothing() => GivenGroup(ByCat).When(Edit(Hello, Cat, "hello")).ThenNothing();

    [Fact]
    public void an_edit_of_an_older_version_is_stale() => GivenGroup(ByCat, Thumb).When(Edit(Hello, Cat, expected: 5)).ThenRefused(Refusal.StaleVersion);

    [Fact]
    public void an_edit_of_the_version_one_has_seen_goes_through() => GivenGroup(ByCat, Thumb).When(Edit(Hello, Cat, expected: 6)).Then<MessageEdited>();

    [Fact]
    public void a_deleted_message_is_not_edited() => GivenGroup(ByCat, Deleted).When(Edit(Hello, Cat)).ThenRefused(Refusal.MessageDeleted);

    [Fact]
    public void what_never_was_is_not_edited() => GivenGroup().When(Edit(Hello, Cat)).ThenRefused(Refusal.NoSuchMessage);

    [Fact]
    public void the_edit_window_closes()
    {
        var windowed = GivenGroup(ByCat).With(Rules.Default with { EditWindow = TimeSpan.FromMinutes(15) });
        windowed.After(TimeSpan.FromMinutes(15)).When(Edit(Hello, Cat)).Then<MessageEdited>();
        windowed.After(TimeSpan.FromMinutes(16)).When(Edit(Hello, Cat)).ThenRefused(Refusal.EditWindowOver);
    }

    [Fact]
    public void a_muted_author_does_not_edit() =>
        GivenGroup(ByCat, new MemberMuted { By = Ann, At = Noon, Member = Cat }).When(Edit(Hello, Cat)).ThenRefused(Refusal.Muted);

    [Fact]
    public void the_author_deletes() => GivenGroup(ByCat).When(Delete(Hello, Cat)).Then<MessageDeleted>();

    [Fact]
    public void a_moderator_deletes() => GivenGroup(ByCat).When(Delete(Hello, Bob)).Then<MessageDeleted>();

    [Fact]
    public void another_member_does_not_delete() => GivenGroup(ByCat).When(Delete(Hello, Dan)).ThenRefused(Refusal.NotYours);

    [Fact]
    public void in_a_direct_conversation_there_is_no_moderator() => Given([.. Direct(), Sent(Hello, Ann)]).When(Delete(Hello, Bob)).ThenRefused(Refusal.NotYours);

    [Fact]
    public void deleting_twice_writes_once() => GivenGroup(ByCat, Deleted).When(Delete(Hello, Cat)).ThenNothing();

    [Fact]
    public void a_reaction_is_added_once() => GivenGroup(ByCat, Thumb).When(React(Hello, Dan)).ThenNothing();

    [Fact]
    public void two_members_react_alike() => GivenGroup(ByCat, Thumb).When(React(Hello, Cat)).Then<ReactionAdded>();

    [Fact]
    public void a_deleted_message_takes_no_reaction() => GivenGroup(ByCat, Deleted).When(React(Hello, Dan)).ThenRefused(Refusal.MessageDeleted);

    [Fact]
    public void a_reaction_is_taken_back() =>
        GivenGroup(ByCat, Thumb).When(new RemoveReaction { Conversation = Room, By = Dan, Message = Hello, Reaction = "👍" }).Then<ReactionRemoved>();

    [Fact]
    public void taking_back_what_one_did_not_give_writes_nothing() =>
        GivenGroup(ByCat, Thumb).When(new RemoveReaction { Conversation = Room, By = Cat, Message = Hello, Reaction = "👍" }).ThenNothing();

    [Fact]
    public void a_message_has_a_bounded_number_of_reactions()
    {
        var reactions = Enumerable.Range(0, 1_000).Select(i => new ReactionAdded { By = Dan, At = Noon, Message = Hello, MessageSequence = 5, Reaction = $":r{i}:" });
        GivenGroup([ByCat, .. reactions]).When(React(Hello, Cat)).ThenRefused(Refusal.TooManyReactions(1_000));
    }

    [Fact]
    public void a_moderator_pins_once()
    {
        PinMessage pin = new() { Conversation = Room, By = Bob, Message = Hello };
        GivenGroup(ByCat).When(pin).Then<MessagePinned>();
        GivenGroup(ByCat, new MessagePinned { By = Bob, At = Noon, Message = Hello, MessageSequence = 5 }).When(pin).ThenNothing();
    }

    [Fact]
    public void a_member_does_not_pin() => GivenGroup(ByCat).When(new PinMessage { Conversation = Room, By = Cat, Message = Hello }).ThenRefused(Refusal.RoleTooLow);

    [Fact]
    public void in_a_direct_conversation_both_pin() =>
        Given([.. Direct(), Sent(Hello, Ann)]).When(new PinMessage { Conversation = Room, By = Bob, Message = Hello }).Then<MessagePinned>();

    [Fact]
    public void pins_are_bounded()
    {
        var pinned = Enumerable.Range(1, 51).SelectMany(i => new ConversationEvent[]
        {
            Sent(Message(i), Cat, client: i), new MessagePinned { By = Bob, At = Noon, Message = Message(i), MessageSequence = 5 },
        }).SkipLast(1);
        GivenGroup(pinned).When(new PinMessage { Conversation = Room, By = Bob, Message = Message(51) }).ThenRefused(Refusal.TooManyPins(50));
    }

    [Fact]
    public void a_deleted_message_is_no_longer_pinned() => GivenGroup(ByCat, new MessagePinned { By = Bob, At = Noon, Message = Hello, MessageSequence = 5 }, Deleted)
        .When(new UnpinMessage { Conversation = Room, By = Bob, Message = Hello }).ThenNothing();

    [Fact]
    public void what_was_said_before_one_joined_is_not_there_to_react_to() =>
        GivenGroup(ByCat, Added(Stranger)).When(React(Hello, Stranger)).ThenRefused(Refusal.NoSuchMessage);
}
