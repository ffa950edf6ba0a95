using BitFaster.Caching.Lru;
using Chat.Application.Conversations;
using Chat.Application.Log;
using Microsoft.Extensions.Logging;

namespace Chat.Application.Streams;

/// <summary>
/// The gates of one category of streams, the most recently used ones: this is the bounded state cache. A gate that falls out while
/// in use only means that two append to one stream for a moment, and the expected revision settles that.
/// </summary>
sealed partial class Gates<TState, TEvent> where TEvent : notnull
{
    readonly ConcurrentLru<StreamName, Gate<TState, TEvent>> gates;
    readonly GateContext<TState, TEvent> context;
    readonly ISnapshots snapshots;
    readonly ILogger logger;

    public Gates(
        StreamCategory<TState, TEvent> category, int capacity, IEventLog log, EventCodec codec, ISnapshots snapshots, TimeProvider clock, ILogger logger)
    {
        gates = new(capacity);
        context = new(category, new(category, log, codec, snapshots), log, codec, clock, Appended);
        this.snapshots = snapshots;
        this.logger = logger;
    }

    public Gate<TState, TEvent> Of(StreamName stream) => gates.GetOrAdd(stream, static (stream, context) => new(stream, context), context);

    void Appended(StreamName stream, long before, Folded<TState> after)
    {
        if (context.Category.Snapshots is { } format && (before + 1) / format.Every != (after.Revision + 1) / format.Every)
        {
            _ = Write(stream, format, after);
        }
    }

    async Task Write(StreamName stream, SnapshotFormat<TState> format, Folded<TState> state)
    {
        try
        {
            await snapshots.Write(stream, format.Schema, await Task.Run(() => format.Write(state)), CancellationToken.None);
        }
        catch (Exception fault)
        {
            // a cache entry less: the next load folds more events
            LogSnapshotFailed(logger, fault, stream, state.Revision);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The snapshot of {Stream} at {Revision} was not written.")]
    static partial void LogSnapshotFailed(ILogger logger, Exception fault, StreamName stream, long revision);
}
