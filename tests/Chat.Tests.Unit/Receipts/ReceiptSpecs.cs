using Chat.Domain;
using Chat.Domain.Receipts;
using Chat.Tests.Unit.Conversations;
using Decision = Chat.Domain.Decision<Chat.Domain.Receipts.ReceiptEvent>;

namespace Chat.Tests.Unit.Receipts;

public sealed class ReceiptSpecs : Spec
{
    static readonly DeviceId Phone = Device(1);
    static readonly DeviceId Laptop = Device(2);

    static DeviceId Device(int n) => new(User(n).Value);

    static AdvanceReceipt Advance(long? delivered = null, long? read = null, DeviceId? on = null, UserId? by = null) =>
        new() { Conversation = Room, By = by ?? Ann, Device = on ?? Phone, Delivered = delivered, Read = read };

    static MarkUnread MarkUnread(long? from = null) => new() { Conversation = Room, By = Ann, Device = Phone, From = from };

    static Watermarks After(params IEnumerable<ReceiptCommand> commands) => commands.Aggregate(Watermarks.Initial, static (state, command) =>
        Events(command, state).Aggregate(state, static (state, e) => Watermarks.Evolve(state, new(e, state.Sequence + 1))));

    static IReadOnlyList<ReceiptEvent> Events(ReceiptCommand command, Watermarks state) => Assert.IsType<Decision.Accepted>(command.Decide(state, Noon)).Events;

    [Fact]
    public void what_is_held_is_delivered() =>
        Assert.Equal(7, Assert.IsType<MessagesDelivered>(Assert.Single(Events(Advance(delivered: 7), Watermarks.Initial))).UpTo);

    [Fact]
    public void what_is_read_is_delivered_with_it_in_one_event()
    {
        Assert.IsType<MessagesRead>(Assert.Single(Events(Advance(delivered: 7, read: 7), Watermarks.Initial)));
        Assert.Equal(new Mark(7, 7), After(Advance(read: 7)).User);
    }

    [Theory]
    [InlineData(7L, null)]
    [InlineData(6L, null)]
    [InlineData(null, 5L)]
    [InlineData(null, 4L)]
    [InlineData(7L, 5L)]
    public void late_and_repeated_ones_write_nothing(long? delivered, long? read) =>
        Assert.Empty(Events(Advance(delivered, read), After(Advance(read: 5), Advance(delivered: 7))));

    [Fact]
    public void devices_have_their_own_place_and_the_user_the_furthest()
    {
        var state = After(Advance(read: 5, on: Phone), Advance(delivered: 9, on: Laptop));
        Assert.Equal((new Mark(5, 5), new Mark(9, -1), new Mark(9, 5)), (state.Of(Phone), state.Of(Laptop), state.User));
        Assert.Single(Events(Advance(read: 5, on: Laptop), state));
    }

    [Fact]
    public void a_mark_as_unread_moves_no_watermark_and_ends_with_the_next_reading()
    {
        var marked = After(Advance(read: 9), MarkUnread(from: 4));
        Assert.Equal((new Mark(9, 9), new UnreadMark(4)), (marked.User, marked.Unread));
        Assert.Empty(Events(MarkUnread(from: 4), marked));
        Assert.Single(Events(MarkUnread(), marked));
        Assert.Empty(Events(Advance(delivered: 9), marked));

        var read = Assert.IsType<MessagesRead>(Assert.Single(Events(Advance(read: 6), marked)));
        Assert.Equal(9, read.UpTo);
        Assert.Null(Watermarks.Evolve(marked, new(read, 2)).Unread);
    }

    [Fact]
    public void only_so_many_devices_are_held_and_the_user_loses_nothing_by_it()
    {
        var state = After(Enumerable.Range(0, Limits.ReceiptDevices + 5).Select(i => Advance(read: 100 - i, on: Device(i))));
        Assert.Equal(Limits.ReceiptDevices, state.Devices.Count);
        Assert.Equal(new Mark(100, 100), state.User);
        Assert.Equal(new Mark(100, 100), state.Of(Device(0)));
    }

    [Fact]
    public void only_members_may_and_not_those_removed()
    {
        Assert.Null(Advance(read: 4, by: Cat).Check(GivenGroup().State));
        Assert.Equal(Refusal.NoSuchConversation, Advance(read: 4, by: Stranger).Check(GivenGroup().State));
        var removed = GivenGroup(new Chat.Domain.Conversations.MemberRemoved { By = Ann, At = Noon, Member = Cat }).State;
        Assert.Equal(Refusal.NoSuchConversation, Advance(read: 4, by: Cat).Check(removed));
    }

    [Theory]
    [InlineData(5L, null)]
    [InlineData(null, 5L)]
    [InlineData(2L, 5L)]
    [InlineData(-1L, null)]
    [InlineData(null, long.MinValue)]
    public void what_there_is_not_cannot_be_received_or_read(long? delivered, long? read) => // a group's head is 4
        Assert.Equal(Refusal.SequenceOutOfRange, Advance(delivered, read).Check(GivenGroup().State));

    [Fact]
    public void what_there_is_not_cannot_be_unread() => Assert.Equal(Refusal.SequenceOutOfRange, MarkUnread(from: 5).Check(GivenGroup().State));
}
