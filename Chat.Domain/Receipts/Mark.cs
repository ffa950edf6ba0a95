namespace Chat.Domain.Receipts;

/// <summary>Sequences up to which messages were delivered and read; -1 is none yet. What was read has been delivered.</summary>
public readonly record struct Mark(long Delivered, long Read)
{
    public static readonly Mark None = new(-1, -1);

    public static Mark DeliveredUpTo(long sequence) => new(sequence, -1);

    public static Mark ReadUpTo(long sequence) => new(sequence, sequence);

    /// <summary>The further one of each: whatever the order and however often, the same comes out.</summary>
    public Mark Merge(Mark other) => new(Math.Max(Delivered, other.Delivered), Math.Max(Read, other.Read));
}
