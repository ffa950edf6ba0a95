using System.Runtime.CompilerServices;

namespace Chat.Application.Log;

/// <summary>
/// The event log: streams of events, each with revisions 0, 1, 2 … without a gap, and one global order over all of them in
/// which nothing ever appears before something that has been seen. Every adapter passes the same contract suite.
/// </summary>
public interface IEventLog
{
    /// <summary>
    /// Whether a known event id is recognised whatever revision is expected. Where not, it is recognised only while the expected revision is
    /// earlier than the event's own; at the stream's last revision it is appended again, so whoever repeats an old append has to look first.
    /// </summary>
    bool KnowsEveryId { get; }

    /// <summary>How large one append may be: the sum of its events' <see cref="NewEvent.Bytes"/>.</summary>
    int MaxAppendBytes { get; }

    /// <summary>Appends all of <paramref name="events"/> as revisions expected+1 …, or nothing. Returns only once durable.</summary>
    /// <param name="expectedRevision">The stream's last revision, or <see cref="StreamName.NoStream"/> for a stream without events.</param>
    /// <exception cref="ArgumentException">Two of the events have one id, or together they are larger than <see cref="MaxAppendBytes"/>.</exception>
    /// <exception cref="LogUnavailableException">The store cannot be reached, or its answer was lost: the append may or may not have happened.</exception>
    Task<AppendResult> Append(StreamName stream, long expectedRevision, IReadOnlyList<NewEvent> events, CancellationToken ct);

    /// <summary>Events of one stream from a revision (inclusive), oldest first; nothing for a stream that does not exist.</summary>
    /// <exception cref="LogDamagedException">The stored revisions have a gap.</exception>
    IAsyncEnumerable<StoredEvent> ReadStream(StreamName stream, long fromRevision, int maxCount, CancellationToken ct);

    /// <summary>Events of several streams, stream by stream in the order asked for, each oldest first. In one round trip where the store can.</summary>
    /// <exception cref="LogDamagedException">The stored revisions have a gap.</exception>
    async IAsyncEnumerable<StoredEvent> ReadStreams(IReadOnlyCollection<StreamRange> ranges, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var range in ranges)
        {
            await foreach (var stored in ReadStream(range.Stream, range.From, range.MaxCount, ct)) yield return stored;
        }
    }

    /// <summary>Events of one stream from a revision (inclusive) back to 0, newest first.</summary>
    IAsyncEnumerable<StoredEvent> ReadStreamBackwards(StreamName stream, long fromRevision, int maxCount, CancellationToken ct);

    /// <summary>At most <paramref name="maxCount"/> events of all streams that match, after a position (exclusive), in global order.</summary>
    IAsyncEnumerable<StoredEvent> ReadAll(LogPosition after, StreamFilter filter, int maxCount, CancellationToken ct);

    /// <summary>All matching events after a position (exclusive), then live, until cancelled. A slow reader is waited for.</summary>
    IAsyncEnumerable<LogMessage> Subscribe(LogPosition after, StreamFilter filter, CancellationToken ct);

    /// <summary>The position of the last event in the log; <see cref="LogPosition.Start"/> when it is empty.</summary>
    Task<LogPosition> Head(CancellationToken ct);

    /// <summary>Revision of the stream's last event, or <see cref="StreamName.NoStream"/>.</summary>
    Task<long> LastRevision(StreamName stream, CancellationToken ct);

    /// <summary>Tells this log's history from another one's (a restored backup, a fresh store): stays as long as nothing is rewound.</summary>
    Task<Guid> Epoch(CancellationToken ct);

    /// <summary>Removes a stream's events for good, whatever its revision. A later append to it goes on after the last revision.</summary>
    Task Delete(StreamName stream, CancellationToken ct);
}

/// <param name="From">The first revision wanted.</param>
public sealed record StreamRange(StreamName Stream, long From, int MaxCount);

/// <summary>The store is out of reach; worth another try. Whether a pending append happened is unknown: its event ids tell.</summary>
public sealed class LogUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What is stored contradicts the log's own rules (a revision gap): never papered over.</summary>
public sealed class LogDamagedException(string message) : Exception(message);
