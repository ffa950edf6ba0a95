using Chat.Application.Conversations;
using Chat.Application.Log;
using Chat.Application.Streams;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Testing;
using Chat.Tests.Unit.Conversations;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Tests.Unit.Streams;

public sealed class TransactSpecs : Spec
{
    WritePath one = new();

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    async Task StartGroup() => await one.Done(new StartConversation
    {
        Conversation = Room, By = Ann, Kind = ConversationKind.Group, Name = "Room", Members = [Bob, Cat],
    });

    [Fact]
    public async Task what_is_done_is_in_the_log_at_the_sequence_of_the_receipt()
    {
        await StartGroup();
        var receipt = await one.Done(Send(Ann));

        var stored = Assert.IsType<MessageSent>((await one.Stored(Room))[(int)receipt.Sequence].Event);
        Assert.Equal((Message(100), Message(100)), (stored.Message, receipt.Message!.Value));
        Assert.False(receipt.Repeated);
    }

    [Fact]
    public async Task a_repeat_gets_the_first_answer_and_writes_nothing()
    {
        await StartGroup();
        var first = await one.Done(Send(Ann));
        var again = await one.Done(Send(Ann, message: 101));

        Assert.Equal((first.Message, first.Sequence, first.At, true), (again.Message, again.Sequence, again.At, again.Repeated));
        Assert.Equal(5, (await one.Stored(Room)).Count);
    }

    [Fact]
    public async Task a_repeat_gets_the_first_answer_from_another_node_too()
    {
        await StartGroup();
        var first = await one.Done(Send(Ann));
        var again = await one.AnotherNode().Done(Send(Ann, message: 101));

        Assert.Equal((first.Message, first.Sequence, true), (again.Message, again.Sequence, again.Repeated));
    }

    [Fact]
    public async Task a_repeat_older_than_the_state_gets_the_first_answer_from_the_log()
    {
        await StartGroup();
        var first = await one.Done(Send(Ann));
        for (var i = 2; i <= Limits.RecentMessages + 2; i++) await one.Done(Send(Bob, client: i, message: 1_000 + i));
        var before = (await one.Stored(Room)).Count;

        var again = await one.Done(Send(Ann, message: 101));
        Assert.Equal((first.Message, first.Sequence, true), (again.Message, again.Sequence, again.Repeated));
        Assert.Equal(Refusal.ClientMessageIdReused, await one.Refused(Send(Ann, "another text", message: 102)));
        Assert.Equal(before, (await one.Stored(Room)).Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task an_old_repeat_is_answered_also_where_the_log_forgets_ids_and_where_it_would_be_refused_now(bool knowsEveryId)
    {
        one = new(new InMemoryEventLog { KnowsEveryId = knowsEveryId });
        await StartGroup();
        var first = await one.Done(Send(Bob));
        for (var i = 2; i <= Limits.RecentMessages + 2; i++) await one.Done(Send(Ann, client: i, message: 1_000 + i));
        var before = (await one.Stored(Room)).Count;

        Assert.Equal((first.Message, first.Sequence, true), Answer(await one.Done(Send(Bob, message: 101))));
        Assert.Equal(Refusal.ClientMessageIdReused, await one.Refused(Send(Bob, "another text", message: 102)));
        Assert.Equal(before, (await one.Stored(Room)).Count);

        await one.Done(new MuteMember { Conversation = Room, By = Ann, Member = Bob });
        Assert.Equal((first.Message, first.Sequence, true), Answer(await one.Done(Send(Bob, message: 103))));
        Assert.Equal(Refusal.Muted, await one.Refused(Send(Bob, client: 9_999, message: 104)));
    }

    [Fact]
    public async Task what_is_too_large_for_one_append_is_appended_in_several()
    {
        one = new(new InMemoryEventLog { MaxAppendBytes = 4_000 });
        await StartGroup();
        one.Log.Hold();
        var sends = Enumerable.Range(1, 20).Select(i => one.Done(Send(Ann, client: i, message: i))).ToList();
        one.Log.Release();

        Assert.Equal(Enumerable.Range(4, 20).Select(i => (long)i), (await Task.WhenAll(sends)).Select(receipt => receipt.Sequence));
        Assert.InRange(one.Log.Appends, 4, 15);
        Assert.Equal(Refusal.TooMuchAtOnce, await one.Refused(new StartConversation
        {
            Conversation = new(Guid.NewGuid()), By = Ann, Kind = ConversationKind.Group, Name = "Large", Members = [.. Enumerable.Range(100, 50).Select(User)],
        }));
    }

    static (MessageId?, long, bool) Answer(Receipt receipt) => (receipt.Message, receipt.Sequence, receipt.Repeated);

    [Fact]
    public async Task an_old_repeat_among_new_messages_spoils_none_of_them()
    {
        await StartGroup();
        var first = await one.Done(Send(Ann));
        for (var i = 2; i <= Limits.RecentMessages + 2; i++) await one.Done(Send(Bob, client: i, message: 1_000 + i));

        var together = await Task.WhenAll(one.Done(Send(Bob, client: 8_001, message: 8_001)), one.Done(Send(Ann, message: 101)), one.Done(Send(Cat, client: 8_002, message: 8_002)));
        Assert.Equal([false, true, false], together.Select(receipt => receipt.Repeated));
        Assert.Equal(first.Sequence, together[1].Sequence);
        Assert.NotEqual(together[0].Sequence, together[2].Sequence);
    }

    [Fact]
    public async Task commands_that_wait_together_are_appended_together()
    {
        await StartGroup();
        one.Log.Hold();
        var sends = Enumerable.Range(1, 100).Select(i => one.Done(Send(Ann, client: i, message: i))).ToList();
        one.Log.Release();
        var receipts = await Task.WhenAll(sends);

        Assert.Equal(Enumerable.Range(4, 100).Select(i => (long)i), receipts.Select(receipt => receipt.Sequence).Order());
        Assert.InRange(one.Log.Appends, 2, 4);
    }

    [Fact]
    public async Task two_nodes_write_one_conversation_in_one_order()
    {
        await StartGroup();
        var two = one.AnotherNode();
        var sends = Enumerable.Range(1, 200).Select(i => (i % 2 == 0 ? one : two).Done(Send(Ann, client: i, message: i)));
        var receipts = await Task.WhenAll(sends);

        Assert.Equal(Enumerable.Range(4, 200).Select(i => (long)i), receipts.Select(receipt => receipt.Sequence).Order());
    }

    [Fact]
    public async Task what_another_node_did_is_seen_before_a_refusal()
    {
        await StartGroup();
        await one.Done(Send(Ann));
        Assert.Equal(Refusal.NoSuchConversation, await one.Refused(Send(Dan, message: 7)));

        await one.AnotherNode().Done(new AddMember { Conversation = Room, By = Ann, Member = Dan });
        await one.Done(Send(Dan, message: 7));
    }

    [Fact]
    public async Task what_another_node_did_is_seen_before_nothing_is_done()
    {
        await StartGroup();
        await one.AnotherNode().Done(new RemoveMember { Conversation = Room, By = Ann, Member = Cat });
        var added = await one.Done(new AddMember { Conversation = Room, By = Ann, Member = Cat });

        Assert.False(added.Repeated);
    }

    [Fact]
    public async Task ten_conflicts_in_a_row_are_too_many()
    {
        await StartGroup();
        one.Log.ConflictAlways();
        await Assert.ThrowsAsync<ConversationBusyException>(() => one.Done(Send(Ann)));
    }

    [Fact]
    public async Task after_a_lost_answer_a_retry_finds_what_was_stored()
    {
        await StartGroup();
        one.Log.LoseNextAnswer();
        await Assert.ThrowsAsync<LogUnavailableException>(() => one.Done(Send(Ann)));

        var again = await one.Done(Send(Ann, message: 101));
        Assert.Equal((Message(100), 4, true), (again.Message!.Value, again.Sequence, again.Repeated));
    }

    [Fact]
    public async Task time_never_falls_within_a_conversation()
    {
        await StartGroup();
        var first = await one.Done(Send(Ann));
        var second = await one.AnotherNode(clock: new FakeTimeProvider(Noon.AddMinutes(-10))).Done(Send(Bob, client: 2, message: 2));

        Assert.True(second.At >= first.At);
    }

    [Fact]
    public async Task an_answer_in_another_conversation_sorts_after_what_was_read()
    {
        await StartGroup();
        for (var i = 1; i <= 20; i++) await one.Done(Send(Ann, client: i, message: i));
        one.Inbox.Clocks[Bob] = (await one.Stored(Room))[^1].Metadata.Lamport;

        await one.Done(new StartConversation { Conversation = ConversationId.Direct(Bob, Cat), By = Bob, Kind = ConversationKind.Direct, Members = [Cat] });
        var elsewhere = (await one.Stored(ConversationId.Direct(Bob, Cat)))[^1];
        Assert.True(elsewhere.Metadata.Lamport > one.Inbox.Clocks[Bob]);
    }

    [Fact]
    public async Task lamport_time_rises_with_every_event()
    {
        await StartGroup();
        for (var i = 1; i <= 5; i++) await one.Done(Send(Ann, client: i, message: i));
        var times = (await one.Stored(Room)).Select(e => e.Metadata.Lamport).ToList();

        Assert.Equal(times.Distinct().Order(), times);
    }

    [Fact]
    public async Task a_snapshot_and_the_tail_give_the_same_state_as_all_events()
    {
        await StartGroup();
        for (var i = 1; i <= 1_100; i++) await one.Done(Send(Ann, client: i, message: i));
        await one.Done(React(Message(1_100), Bob));
        await one.SnapshotWritten();

        var withSnapshot = await one.AnotherNode().Streams.Read(Room, TimeSpan.Zero, Ct);
        var without = await one.AnotherNode(snapshots: new InMemorySnapshots()).Streams.Read(Room, TimeSpan.Zero, Ct);
        Assert.Equal(Describe(without), Describe(withSnapshot));
    }

    [Fact]
    public async Task an_old_message_is_looked_up_and_then_changed()
    {
        await StartGroup();
        for (var i = 1; i <= Limits.RecentMessages + 10; i++) await one.Done(Send(Ann, client: i, message: i));

        Assert.False((await one.Done(Edit(Message(1), Ann))).Repeated);
        Assert.True((await one.Done(Edit(Message(1), Ann))).Repeated);
        Assert.Equal(Refusal.NotYours, await one.Refused(Edit(Message(1), Bob)));
        Assert.Equal(Refusal.NoSuchMessage, await one.Refused(Edit(Message(99_999), Ann)));
    }

    [Fact]
    public async Task one_authors_missing_key_is_no_other_commands_fault()
    {
        await StartGroup();
        await one.Done(new AddMember { Conversation = Room, By = Ann, Member = Stranger });
        one.Log.Hold();
        var keyless = one.Done(Send(Stranger));
        var fine = one.Done(Send(Ann));
        one.Log.Release();

        await Assert.ThrowsAsync<Application.Keys.PersonalKeyMissingException>(() => keyless);
        Assert.False((await fine).Repeated);
    }

    static string Describe(Conversation state) => string.Join('\n',
        state.Sequence, state.Id, state.Kind, state.History, state.NameHash, state.Messages.Horizon,
        string.Join(',', state.Members.OrderBy(pair => pair.Key.Value).Select(pair => $"{pair.Key}={pair.Value}")),
        string.Join(',', state.Messages.OldestFirst.Select(head =>
            $"{head.Message}/{head.ClientMessage}/{head.Sequence}/{head.Version}/{head.BodyHash}/{string.Join('+', head.Reactions)}")),
        state.Messages.Count);
}
