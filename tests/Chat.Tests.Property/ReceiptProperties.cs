using Chat.Domain;
using Chat.Domain.Receipts;
using CsCheck;
using Decision = Chat.Domain.Decision<Chat.Domain.Receipts.ReceiptEvent>;

namespace Chat.Tests.Property;

/// <summary>Receipts come late, doubled and in any order; what comes out is always the same.</summary>
public sealed class ReceiptProperties
{
    static readonly UserId Ann = new(new("00000000-0000-0000-0000-00000000000a"));
    static readonly DeviceId[] Devices = [.. Enumerable.Range(1, 3).Select(static n => new DeviceId(new Guid(n, 0, 0, new byte[8])))];

    static Gen<AdvanceReceipt> Receipt { get; } = Gen.Select(Gen.Int[0, 2], Gen.Long[-1, 50], Gen.Long[-1, 50], static (device, delivered, read) => new AdvanceReceipt
    {
        Conversation = Talk.Room, By = Ann, Device = Devices[device], Delivered = delivered < 0 ? null : delivered, Read = read < 0 ? null : read,
    });

    static Gen<AdvanceReceipt[]> Receipts { get; } = Receipt.Array[0, 60];

    static IReadOnlyList<ReceiptEvent> Events(ReceiptCommand command, Watermarks state) => ((Decision.Accepted)command.Decide(state, default)).Events;

    static Watermarks Do(Watermarks state, ReceiptCommand command) =>
        Events(command, state).Aggregate(state, static (state, e) => Watermarks.Evolve(state, new(e, state.Sequence + 1)));

    static string Of(IEnumerable<AdvanceReceipt> receipts)
    {
        var state = receipts.Aggregate(Watermarks.Initial, Do);
        return string.Join(' ', state.User, string.Join(' ', Devices.Select(state.Of)));
    }

    [Fact]
    public void in_any_order_and_doubled_the_watermarks_are_the_same() => Gen.Select(Receipts, Gen.Int).Sample((receipts, seed) =>
    {
        var shuffled = receipts.Concat(receipts).ToArray();
        new Random(seed).Shuffle(shuffled);
        Assert.Equal(Of(receipts), Of(shuffled));
    });

    [Fact]
    public void merged_before_they_are_written_they_come_to_the_same() => Receipts.Sample(receipts =>
        Assert.Equal(Of(receipts), Of(receipts.GroupBy(static receipt => receipt.Device).Select(static of => of.Aggregate(static (one, other) => one.Merge(other))))));

    [Fact]
    public void nothing_falls_and_nothing_is_read_that_was_not_delivered() => Receipts.Sample(receipts =>
    {
        var state = Watermarks.Initial;
        foreach (var receipt in receipts)
        {
            var after = Do(state, receipt);
            Assert.Equal(after.User, after.User.Merge(state.User));
            Assert.All(after.Devices.Values, static mark => Assert.True(mark.Read <= mark.Delivered));
            state = after;
        }
    });

    [Fact]
    public void a_repeat_writes_nothing() => Receipts.Sample(receipts =>
    {
        var state = receipts.Aggregate(Watermarks.Initial, Do);
        Assert.All(receipts, receipt => Assert.Empty(Events(receipt, state)));
    });
}
