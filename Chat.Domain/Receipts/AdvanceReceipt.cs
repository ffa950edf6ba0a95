using Decision = Chat.Domain.Decision<Chat.Domain.Receipts.ReceiptEvent>;

namespace Chat.Domain.Receipts;

/// <summary>A device holds, or its user has read, everything up to a sequence. Late and repeated ones change nothing.</summary>
public sealed record AdvanceReceipt : ReceiptCommand
{
    public long? Delivered { get; init; }
    public long? Read { get; init; }

    protected override IEnumerable<long> Sequences => new[] { Delivered, Read }.OfType<long>();

    /// <summary>Both in one; of the same device in the same conversation.</summary>
    public AdvanceReceipt Merge(AdvanceReceipt other) => this with { Delivered = Max(Delivered, other.Delivered), Read = Max(Read, other.Read) };

    public override Decision Decide(Watermarks state, DateTimeOffset now)
    {
        var (before, events) = (state.Of(Device), new List<ReceiptEvent>(2));
        // reading anything ends the mark, also where it has been read before
        if (Read > before.Read || (Read is not null && state.Unread is not null))
        {
            events.Add(new MessagesRead { By = By, At = now, Device = Device, UpTo = Math.Max(Read.Value, before.Read) });
        }
        if (Delivered > Math.Max(before.Delivered, Read ?? -1))
        {
            events.Add(new MessagesDelivered { By = By, At = now, Device = Device, UpTo = Delivered.Value });
        }
        return new Decision.Accepted(events);
    }

    static long? Max(long? one, long? other) => one is null || other > one ? other : one;
}
