using Chat.Application.Conversations;
using Chat.Domain.Receipts;

namespace Chat.Application.Receipts;

/// <summary>The commands about a user's place in a conversation, as Wolverine dispatches them; answered once they are in the log.</summary>
public static class ReceiptHandler
{
    public static Task<Outcome> Handle(AdvanceReceipt command, ReceiptBuffer receipts, CancellationToken ct) => receipts.Write(command, ct);

    public static Task<Outcome> Handle(MarkUnread command, ReceiptBuffer receipts, CancellationToken ct) => receipts.Write(command, ct);
}
