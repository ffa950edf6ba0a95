using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Tests.Unit.Conversations;

public sealed class SendingSpecs : Spec
{
    [Fact]
    public void a_member_sends() => Assert.Equal(new("hello"), GivenGroup().When(Send(Cat)).Then<MessageSent>().Body);

    [Fact]
    public void a_stranger_finds_no_conversation() => GivenGroup().When(Send(Stranger)).ThenRefused(Refusal.NoSuchConversation);

    [Fact]
    public void nobody_sends_where_nothing_was_started() => Given().When(Send(Ann)).ThenRefused(Refusal.NoSuchConversation);

    [Fact]
    public void one_who_was_removed_finds_no_conversation() =>
        GivenGroup(new MemberRemoved { By = Ann, At = Noon, Member = Cat }).When(Send(Cat)).ThenRefused(Refusal.NoSuchConversation);

    [Fact]
    public void a_repeat_is_answered_with_the_first_message() => GivenGroup(Sent(Hello, Cat)).When(Send(Cat)).ThenRepeated(Hello, 5);

    [Fact]
    public void a_repeat_with_another_text_is_refused() =>
        GivenGroup(Sent(Hello, Cat)).When(Send(Cat, "something else")).ThenRefused(Refusal.ClientMessageIdReused);

    [Fact]
    public void a_repeat_after_an_edit_is_still_the_first_message() => GivenGroup(
        Sent(Hello, Cat),
        new MessageEdited { By = Cat, At = Noon, Message = Hello, MessageSequence = 5, Body = new("edited") }).When(Send(Cat)).ThenRepeated(Hello, 5);

    [Fact]
    public void a_repeat_by_one_who_was_muted_since_is_still_answered() => GivenGroup(
        Sent(Hello, Cat),
        new MemberMuted { By = Ann, At = Noon, Member = Cat }).When(Send(Cat)).ThenRepeated(Hello, 5);

    [Fact]
    public void the_same_client_id_of_another_sender_is_another_message() => GivenGroup(Sent(Hello, Cat)).When(Send(Dan)).Then<MessageSent>();

    [Fact]
    public void what_the_log_already_holds_answers_a_repeat_however_old()
    {
        var first = new Recorded<ConversationEvent>(Sent(Hello, Cat), 7);
        Assert.Equal(Hello, Assert.IsType<Decision<ConversationEvent>.Repeated>(Send(Cat).AnswerRepeat(first)).Message);
        Assert.Equal(
            Refusal.ClientMessageIdReused,
            Assert.IsType<Decision<ConversationEvent>.Rejected>(Send(Cat, "else").AnswerRepeat(first)).Why);
    }

    [Fact]
    public void a_reply_names_a_message_of_the_conversation() =>
        Assert.Equal(Hello, GivenGroup(Sent(Hello, Ann)).When(Send(Cat, replyTo: Hello)).Then<MessageSent>().ReplyTo);

    [Fact]
    public void a_reply_to_nothing_is_refused() => GivenGroup().When(Send(Cat, replyTo: Hello)).ThenRefused(Refusal.ReplyNotFound);

    [Fact]
    public void a_reply_to_what_was_said_before_one_joined_is_refused() =>
        GivenGroup(Sent(Hello, Ann), Added(Stranger)).When(Send(Stranger, replyTo: Hello)).ThenRefused(Refusal.ReplyNotFound);

    [Fact]
    public void with_shared_history_a_newcomer_may_reply_to_what_was_said_before() =>
        Given([.. Group(history: History.Shared), Sent(Hello, Ann), Added(Stranger)]).When(Send(Stranger, replyTo: Hello)).Then<MessageSent>();

    [Fact]
    public void only_members_are_mentioned() => GivenGroup().When(Send(Cat, mentions: [Stranger])).ThenRefused(Refusal.MentionNotMember);

    [Fact]
    public void a_mention_is_kept_once() =>
        Assert.Equal([Dan], GivenGroup().When(Send(Cat, mentions: [Dan, Dan])).Then<MessageSent>().Mentions);

    [Fact]
    public void too_many_mentions_are_refused() =>
        GivenGroup().When(Send(Cat, mentions: [.. Enumerable.Repeat(Dan, 51)])).ThenRefused(Refusal.TooManyMentions(50));

    [Fact]
    public void readers_of_a_channel_do_not_post() => Given(Group(ConversationKind.Channel)).When(Send(Cat)).ThenRefused(Refusal.ReadersCannotPost);

    [Fact]
    public void a_muted_member_is_silent_until_the_time_is_over()
    {
        var muted = GivenGroup(new MemberMuted { By = Ann, At = Noon, Member = Cat, Until = Noon.AddHours(1) });
        muted.After(TimeSpan.FromMinutes(59)).When(Send(Cat)).ThenRefused(Refusal.Muted);
        muted.After(TimeSpan.FromMinutes(60)).When(Send(Cat)).Then<MessageSent>();
    }

    [Fact]
    public void blocked_in_a_direct_conversation_nothing_is_sent() =>
        Given(Direct()).When(Send(Ann) with { Barred = Refusal.Blocked }).ThenRefused(Refusal.Blocked);
}
