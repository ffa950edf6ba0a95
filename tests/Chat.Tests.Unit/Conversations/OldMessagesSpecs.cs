using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Tests.Unit.Conversations;

public sealed class OldMessagesSpecs : Spec
{
    static readonly IReadOnlyList<MessageSent> Many = [.. Enumerable.Range(1, 513).Select(i => Sent(Message(i), Cat, client: i))];

    static MessageHead Head(int n) => MessageHead.Of(Sent(Message(n), Cat, client: n), 4 + n);

    [Fact]
    public void a_state_that_holds_every_message_knows_what_is_not_there() => GivenGroup(Sent(Hello, Cat)).When(Edit(Message(7), Cat)).ThenRefused(Refusal.NoSuchMessage);

    [Fact]
    public void a_message_that_has_left_the_state_is_asked_for() => GivenGroup(Many).When(Edit(Message(1), Cat)).ThenNeeds(Message(1));

    [Fact]
    public void a_reply_to_one_as_well() => GivenGroup(Many).When(Send(Cat, client: 9_999, replyTo: Message(1))).ThenNeeds(Message(1));

    [Fact]
    public void once_recalled_it_is_decided_about() => Assert.IsType<Decision<ConversationEvent>.Accepted>(
        Edit(Message(1), Cat).Decide(GivenGroup(Many).State.Recall(Message(1), Head(1)), Noon, Rules.Default));

    [Fact]
    public void looked_up_and_not_there_is_not_there() => Assert.Equal(
        Refusal.NoSuchMessage,
        Assert.IsType<Decision<ConversationEvent>.Rejected>(
            Edit(Message(9_999), Cat).Decide(GivenGroup(Many).State.Recall(Message(9_999), null), Noon, Rules.Default)).Why);

    [Fact]
    public void the_state_stays_bounded() => Assert.Equal(Limits.RecentMessages, GivenGroup(Many).State.Messages.Heads.Count);

    [Fact]
    public void the_horizon_is_the_last_change_of_what_has_left()
    {
        Assert.Equal(-1, GivenGroup(Many.Take(512)).State.Messages.Horizon);
        Assert.Equal(5, GivenGroup(Many).State.Messages.Horizon);

        var touched = GivenGroup([.. Many, new MessageDeleted { By = Cat, At = Noon, Message = Message(1), MessageSequence = 5 }]).State;
        Assert.Equal(touched.Sequence, touched.Messages.Horizon);
    }
}
