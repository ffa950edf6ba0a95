using Chat.Application.Conversations;
using Chat.Application.Log;
using Chat.Application.Streams;
using Chat.Domain;
using Chat.Domain.Receipts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Decision = Chat.Domain.Decision<Chat.Domain.Receipts.ReceiptEvent>;

namespace Chat.Application.Receipts;

/// <summary>Where receipts meet the log; see <see cref="ConversationStreams"/>.</summary>
public sealed class ReceiptStreams(
    IEventLog log, EventCodec codec, ISnapshots snapshots, ConversationStreams conversations, TimeProvider time, IOptions<StreamOptions> options,
    ILogger<ReceiptStreams> logger)
{
    static readonly TimeSpan FreshEnough = TimeSpan.FromMilliseconds(250);

    static readonly StreamCategory<Watermarks, ReceiptEvent> Category =
        new("receipts", Watermarks.Initial, Watermarks.Evolve, static e => e.At, WatermarksSnapshot.Format);

    readonly Gates<Watermarks, ReceiptEvent> gates = new(Category, options.Value.CachedReceipts, log, codec, snapshots, time, logger);

    /// <summary>Why the conversation does not take it, or null. A yes knows other nodes' removals of a moment ago; a no has asked the log.</summary>
    public async ValueTask<Refusal?> Check(ReceiptCommand command, CancellationToken ct) =>
        command.Check(await conversations.Read(command.Conversation, FreshEnough, ct)) is null
            ? null
            : command.Check(await conversations.Read(command.Conversation, TimeSpan.Zero, ct));

    /// <summary>Writes what comes of a command that was checked.</summary>
    public async Task<Receipt> Write(ReceiptCommand command, CancellationToken ct)
    {
        var wish = new Wish<Watermarks, ReceiptEvent>(
            Guid.CreateVersion7(), command.By, command.Device, 0,
            command.Decide,
            static (state, _, _) => Task.FromResult(state),
            static _ => Decision.Nothing);
        var settled = await gates.Of(StreamNames.Of(command.Conversation, command.By)).Submit(wish, ct);
        return new(settled.Sequence, settled.After.Position, settled.At, null, settled.Decision is Decision.Accepted { Events.Count: 0 });
    }
}
