using Decision = Chat.Domain.Decision<Chat.Domain.Receipts.ReceiptEvent>;

namespace Chat.Domain.Receipts;

/// <summary>Shows the conversation as unread to the user alone, from a message on or as it is; what others see of their reading stays.</summary>
public sealed record MarkUnread : ReceiptCommand
{
    public long? From { get; init; }

    protected override IEnumerable<long> Sequences => From is { } from ? [from] : [];

    public override Decision Decide(Watermarks state, DateTimeOffset now) =>
        state.Unread == new UnreadMark(From) ? Decision.Nothing : new MarkedUnread { By = By, At = now, Device = Device, From = From };
}
