using Chat.Domain;

namespace Chat.Application.Timeline;

public interface ITimelineReader
{
    /// <summary>All that a user has written, conversation by conversation, in order, also where they are no member any more. Read as it is asked for.</summary>
    IAsyncEnumerable<TimelineEntry> WrittenBy(UserId author, CancellationToken ct);

    /// <summary>One page in sequence order of what the reader may see, or null when they are no member.</summary>
    /// <param name="limit">1 to 100.</param>
    Task<TimelinePage?> Page(UserId reader, ConversationId conversation, HistoryRange range, int limit, CancellationToken ct);

    /// <summary>One message, or null when the reader may not see it or it does not exist.</summary>
    Task<TimelineEntry?> Message(UserId reader, ConversationId conversation, MessageId message, CancellationToken ct);

    /// <summary>The pinned messages that the reader may see, oldest pin first; null when they are no member.</summary>
    Task<IReadOnlyList<TimelineEntry>?> Pinned(UserId reader, ConversationId conversation, CancellationToken ct);

    /// <summary>The spans of sequences a member may see; no entry for a conversation they are no member of.</summary>
    Task<IReadOnlyDictionary<ConversationId, Visibility>> VisibilityOf(UserId reader, IReadOnlyCollection<ConversationId> conversations, CancellationToken ct);

    /// <summary>
    /// Who may see an entry, for one entry a conversation: its members then (one whom it removes, too), and with shared history those of later.
    /// </summary>
    Task<ILookup<ConversationId, UserId>> Audiences(IReadOnlyCollection<(ConversationId Conversation, long Sequence)> entries, CancellationToken ct);
}

/// <summary>Which part of a history: the newest, or what lies before, after or around a sequence (exclusive, exclusive, inclusive).</summary>
public abstract record HistoryRange
{
    HistoryRange() { }

    public sealed record Newest : HistoryRange;

    public sealed record Before(long Sequence) : HistoryRange;

    public sealed record After(long Sequence) : HistoryRange;

    public sealed record Around(long Sequence) : HistoryRange;
}

/// <param name="From">First visible sequence; 0 with shared history.</param>
/// <param name="Head">The last sequence that the timeline has applied.</param>
public sealed record Visibility(long From, long Head);

/// <param name="HasMoreBefore">More visible entries lie before the first one here.</param>
/// <param name="HasMoreAfter">More visible entries lie after the last one here.</param>
/// <param name="Head">The last sequence of the conversation that this page reflects.</param>
public sealed record TimelinePage(IReadOnlyList<TimelineEntry> Entries, bool HasMoreBefore, bool HasMoreAfter, long Head);
