using Chat.Application.Conversations;
using Chat.Application.Log;
using Chat.Application.Streams;
using Chat.Domain;
using Chat.Domain.Receipts;
using Microsoft.Extensions.Logging;

namespace Chat.Application.Receipts;

/// <summary>
/// Receipts on their way to the log. They gather for a moment, so that a device that opens a chat and acknowledges fifty messages one by one
/// writes one event, and so that many streams share one commit. A crash loses that moment: devices acknowledge again what they hold.
/// </summary>
public sealed partial class ReceiptBuffer(ReceiptStreams streams, TimeProvider time, ILogger<ReceiptBuffer> logger) : IAsyncDisposable
{
    /// <summary>How long they gather.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMilliseconds(200);

    const int MaxWaiting = 100_000;
    const int Together = 1_000;

    readonly Lock sync = new();
    readonly CancellationTokenSource stopping = new();
    Dictionary<Place, Pending> waiting = [];
    Dictionary<Place, Pending> writing = [];
    Task running = Task.CompletedTask;
    bool idle = true;

    readonly record struct Place(ConversationId Conversation, UserId User, DeviceId Device);

    /// <summary>Takes a receipt to be written within a moment, or says why not.</summary>
    /// <exception cref="ConversationBusyException">Too many wait; the store may be away.</exception>
    public async ValueTask<Refusal?> Take(AdvanceReceipt command, CancellationToken ct)
    {
        if (await streams.Check(command, ct) is { } why) return why;
        _ = Add(command);
        return null;
    }

    /// <summary>As <see cref="Take"/>, and returns once it is in the log.</summary>
    public async Task<Outcome> Write(AdvanceReceipt command, CancellationToken ct) =>
        await streams.Check(command, ct) is { } why ? new Outcome.Refused(why) : new Outcome.Done(await Add(command).WaitAsync(ct));

    /// <summary>Marks as unread, after what the user has read before.</summary>
    public async Task<Outcome> Write(MarkUnread command, CancellationToken ct)
    {
        if (await streams.Check(command, ct) is { } why) return new Outcome.Refused(why);
        await Task.WhenAll(Before(command)).WaitAsync(ct);
        return new Outcome.Done(await streams.Write(command, ct));
    }

    Task<Receipt> Add(AdvanceReceipt command)
    {
        var place = new Place(command.Conversation, command.By, command.Device);
        lock (sync)
        {
            if (waiting.TryGetValue(place, out var pending)) pending.Command = pending.Command.Merge(command);
            else if (waiting.Count >= MaxWaiting) throw new ConversationBusyException("Too many receipts wait to be written.");
            else waiting.Add(place, pending = new(command));
            if (idle) (idle, running) = (false, Task.Run(WriteUntilEmpty));
            return pending.Done.Task;
        }
    }

    Task<Receipt>[] Before(MarkUnread command)
    {
        lock (sync)
        {
            return [.. waiting.Concat(writing).Where(pair => pair.Key.Conversation == command.Conversation && pair.Key.User == command.By)
                .Select(static pair => pair.Value.Done.Task)];
        }
    }

    async Task WriteUntilEmpty()
    {
        while (true)
        {
            await Task.Delay(Window, time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            lock (sync)
            {
                (writing, waiting) = (waiting, []);
                // when it ends, what the store has refused before is not waited for
                idle = writing.Count == 0 || (stopping.IsCancellationRequested && writing.Values.All(static pending => pending.Failed));
                if (idle) return;
            }
            foreach (var some in writing.Values.Chunk(Together)) await Task.WhenAll(some.Select(Write));
        }
    }

    async Task Write(Pending pending)
    {
        try
        {
            pending.Done.TrySetResult(await streams.Write(pending.Command, CancellationToken.None));
        }
        catch (Exception fault)
        {
            // who waits for it hears; and it is tried again as long as only the store is in the way
            pending.Done.TrySetException(fault);
            _ = pending.Done.Task.Exception;
            if (fault is LogUnavailableException or ConversationBusyException) Retry(pending.Command);
            else LogLost(logger, fault, pending.Command.Conversation);
        }
    }

    void Retry(AdvanceReceipt command)
    {
        var place = new Place(command.Conversation, command.By, command.Device);
        lock (sync)
        {
            if (waiting.TryGetValue(place, out var newer)) newer.Command = newer.Command.Merge(command);
            else waiting.Add(place, new(command) { Failed = true });
        }
    }

    /// <summary>Writes what still waits.</summary>
    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested) return;
        await stopping.CancelAsync();
        Task last;
        lock (sync) last = running;
        await last;
        stopping.Dispose();
    }

    sealed class Pending(AdvanceReceipt command)
    {
        public AdvanceReceipt Command { get; set; } = command;

        /// <summary>It was tried before, in vain.</summary>
        public bool Failed { get; init; }

        public TaskCompletionSource<Receipt> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A receipt in conversation {Conversation} could not be written.")]
    static partial void LogLost(ILogger logger, Exception fault, ConversationId conversation);
}
