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
    public void the_state_stays_bounded() => Assert.Equal(Limits.RecentMessages, GivenGroup(Many).State.Messages.Count);

    [Fact]
    public void the_horizon_is_the_last_change_of_what_has_left()
    {
        Assert.Equal(-1, GivenGroup(Many.Take(512)).State.Messages.Horizon);
        Assert.Equal(5, GivenGroup(Many).State.Messages.Horizon);

        var touched = GivenGroup([.. Many, new MessageDeleted { By = Cat, At = Noon, Message = Message(1), MessageSequence = 5 }]).State;
        Assert.Equal(touched.Sequence, touched.Messages.Horizon);
    }

    [Fact]
    public void the_state_holds_the_last_messages_as_they_were_changed_last()
    {
        const int Said = (3 * Limits.RecentMessages) + 40; // so that the end does not fall on a round number
        var (state, expected) = (GivenGroup([]).State, new List<MessageHead>());
        for (var n = 1; n <= Said; n++)
        {
            Evolve(Sent(Message(n), Cat, client: n));
            expected.Add(MessageHead.Of(Sent(Message(n), Cat, client: n), state.Sequence));
            if (expected.Count > Limits.RecentMessages) expected.RemoveAt(0);

            var touched = Math.Max(1, n - (n * 37 % 600)); // now and then one that has left
            Evolve(new MessageDeleted { By = Cat, At = Noon, Message = Message(touched), MessageSequence = 0 });
            if (expected.FindIndex(head => head.Message == Message(touched)) is >= 0 and var at) expected[at] = expected[at] with { Deleted = true, Version = state.Sequence };

            Assert.Equal(expected.Select(Described), state.Messages.OldestFirst.Select(Described));
            Assert.Equal(expected.AsEnumerable().Reverse().Select(Described), state.Messages.After(-1).Select(Described));
            var some = expected[n * 37 % expected.Count].Sequence;
            Assert.Equal(expected.Where(head => head.Sequence > some).Reverse().Select(Described), state.Messages.After(some).Select(Described));
            Assert.Equal(expected.Count, state.Messages.Count);
            Assert.Equal(n <= Limits.RecentMessages ? -1 : expected[0].Sequence - 1, state.Messages.SentHorizon);
        }

        for (var n = 1; n <= Said; n++)
        {
            var head = expected.Find(head => head.Message == Message(n));
            Assert.Equal(head is not null, state.Messages.TryFind(Message(n), out var found));
            Assert.Equal(Described(head), Described(found));
            Assert.Equal(Described(head), Described(state.Messages.Find(Cat, Sent(Message(n), Cat, client: n).ClientMessage)));
            Assert.Null(state.Messages.Find(Ann, Sent(Message(n), Cat, client: n).ClientMessage));
        }

        void Evolve(ConversationEvent e) => state = Conversation.Evolve(state, new(e, state.Sequence + 1));
        static (MessageId, long, long, bool)? Described(MessageHead? head) => head is null ? null : (head.Message, head.Sequence, head.Version, head.Deleted);
    }
}
