using System.Globalization;
using Chat.Application.Log;
using Chat.Domain;
using Chat.Domain.Receipts;

namespace Chat.Api.Receipts;

/// <summary>What the receipts of a page come to for one user in one conversation.</summary>
/// <param name="From">Where they were when somebody was last told; nowhere when that is not known any more.</param>
sealed record ReceiptMove(ConversationId Conversation, UserId By, Mark From, Mark To, LogPosition Position, DateTimeOffset At)
{
    public bool Moves => To != From;

    /// <summary>The sequences whose senders hear of it: the first of them, exclusive, and the last.</summary>
    public bool Covers(long sequence) => (sequence > From.Delivered && sequence <= To.Delivered) || (sequence > From.Read && sequence <= To.Read);

    /// <summary>Up to here nobody hears of it.</summary>
    public long Before => Math.Min(From.Delivered, From.Read);

    public ReceiptMove Advance(Mark to, DecodedEvent recorded, DateTimeOffset at) => this with { To = To.Merge(to), Position = recorded.Position, At = at };

    /// <summary>As it is told; null when there is nothing left to tell without the reading.</summary>
    public LiveReceipt? View(bool withRead)
    {
        long? delivered = To.Delivered > From.Delivered ? To.Delivered : null;
        long? read = withRead && To.Read > From.Read ? To.Read : null;
        return delivered is null && read is null ? null : new(
            Conversation.ToString(), By.ToString(), delivered, read, Position.ToString(),
            At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
    }
}
