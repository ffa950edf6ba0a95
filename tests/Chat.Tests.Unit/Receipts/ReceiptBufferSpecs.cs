using Chat.Application.Conversations;
using Chat.Application.Log;
using Chat.Application.Receipts;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Domain.Receipts;
using Chat.Tests.Unit.Conversations;
using Chat.Tests.Unit.Streams;

namespace Chat.Tests.Unit.Receipts;

public sealed class ReceiptBufferSpecs : Spec, IAsyncLifetime
{
    static readonly DeviceId Phone = new(User(1).Value);
    static readonly DeviceId Laptop = new(User(2).Value);

    readonly WritePath node = new();
    ReceiptBuffer receipts = null!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A group whose head is 53.</summary>
    public async ValueTask InitializeAsync()
    {
        receipts = node.Receipts();
        await node.Done(new StartConversation { Conversation = Room, By = Ann, Kind = ConversationKind.Group, Name = "Room", Members = [Bob, Cat] });
        for (var i = 1; i <= 50; i++) await node.Done(Send(Ann, client: i, message: i));
    }

    public ValueTask DisposeAsync() => receipts.DisposeAsync();

    static AdvanceReceipt Delivered(long upTo, UserId? by = null, DeviceId? on = null) =>
        new() { Conversation = Room, By = by ?? Bob, Device = on ?? Phone, Delivered = upTo };

    static AdvanceReceipt Read(long upTo, UserId? by = null) => new() { Conversation = Room, By = by ?? Bob, Device = Phone, Read = upTo };

    async Task<IEnumerable<object>> Written(UserId by) => (await node.Stored(StreamNames.Of(Room, by))).Select(static e => e.Event);

    static async Task<Receipt> Done(Task<Outcome> writing) => Assert.IsType<Outcome.Done>(await writing).Receipt;

    [Fact]
    public async Task opening_a_chat_with_fifty_unread_messages_writes_one_event()
    {
        for (var sequence = 4; sequence <= 53; sequence++) Assert.Null(await receipts.Take(Delivered(sequence), Ct));
        var read = await Done(receipts.Write(Read(53), Ct));

        Assert.Equal(53, Assert.IsType<MessagesRead>(Assert.Single(await Written(Bob))).UpTo);
        Assert.False(read.Repeated);
        Assert.True((await Done(receipts.Write(Read(53), Ct))).Repeated);
        Assert.Single(await Written(Bob));
    }

    [Fact]
    public async Task devices_are_kept_apart_and_users_too()
    {
        await Task.WhenAll(Done(receipts.Write(Delivered(10), Ct)), Done(receipts.Write(Delivered(20, on: Laptop), Ct)), Done(receipts.Write(Delivered(30, by: Cat), Ct)));
        Assert.Equal([(Phone, 10L), (Laptop, 20L)], (await Written(Bob)).Cast<MessagesDelivered>().Select(static e => (e.Device, e.UpTo)).OrderBy(static e => e.UpTo));
        Assert.Equal(30, Assert.IsType<MessagesDelivered>(Assert.Single(await Written(Cat))).UpTo);
    }

    [Fact]
    public async Task what_waits_is_written_when_the_node_stops()
    {
        Assert.Null(await receipts.Take(Read(53), Ct));
        await receipts.DisposeAsync();
        Assert.Single(await Written(Bob));
    }

    [Fact]
    public async Task a_store_that_is_away_costs_those_who_wait_an_answer_and_nobody_the_receipt()
    {
        node.Log.GoAway();
        Assert.Null(await receipts.Take(Read(40), Ct));
        await Assert.ThrowsAsync<LogUnavailableException>(() => receipts.Write(Delivered(50), Ct));
        Assert.Empty(await Written(Bob));

        node.Log.ComeBack();
        await Done(receipts.Write(Delivered(50), Ct));
        Assert.Equal([40L, 50L], (await Written(Bob)).Select(static e => e is MessagesRead read ? read.UpTo : ((MessagesDelivered)e).UpTo));
    }

    [Fact]
    public async Task a_mark_as_unread_comes_after_what_was_read_before_it()
    {
        Assert.Null(await receipts.Take(Read(53), Ct));
        await Done(receipts.Write(new MarkUnread { Conversation = Room, By = Bob, Device = Phone, From = 50 }, Ct));
        Assert.Equal([typeof(MessagesRead), typeof(MarkedUnread)], (await Written(Bob)).Select(static e => e.GetType()));
    }

    [Fact]
    public async Task a_removed_member_is_refused_also_when_another_node_removed_them()
    {
        await node.AnotherNode().Done(new RemoveMember { Conversation = Room, By = Ann, Member = Cat });
        await node.Streams.Read(Room, TimeSpan.Zero, Ct);
        Assert.Equal(Refusal.NoSuchConversation, await receipts.Take(Read(50, by: Cat), Ct));
        Assert.Equal(Refusal.NoSuchConversation, Assert.IsType<Outcome.Refused>(await receipts.Write(Read(50, by: Stranger), Ct)).Why);
        Assert.Empty(await Written(Cat));
    }

    [Fact]
    public async Task what_another_node_has_just_appended_may_be_received_and_nothing_beyond_it()
    {
        Assert.Equal(Refusal.SequenceOutOfRange, await receipts.Take(Delivered(54), Ct));
        await node.AnotherNode().Done(Send(Ann, client: 99, message: 99));
        Assert.Null(await receipts.Take(Delivered(54), Ct));
        Assert.Equal(Refusal.SequenceOutOfRange, await receipts.Take(Delivered(55), Ct));
    }

    [Fact]
    public async Task long_streams_are_kept_as_snapshots()
    {
        for (var i = 0; i < 200; i++) await node.Done(Send(Ann, client: 100 + i, message: 100 + i));
        await node.ReceiptStreams.Write(Delivered(60, on: Laptop), Ct);
        for (var upTo = 53; upTo <= 253; upTo++) await node.ReceiptStreams.Write(Delivered(upTo), Ct);
        await node.SnapshotWritten();

        await using var other = node.AnotherNode().Receipts();
        Assert.True((await Done(other.Write(Delivered(60, on: Laptop), Ct))).Repeated);
        Assert.False((await Done(other.Write(Read(253), Ct))).Repeated);
    }
}
