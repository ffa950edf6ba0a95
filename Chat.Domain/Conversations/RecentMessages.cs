using System.Collections.Immutable;

namespace Chat.Domain.Conversations;

/// <summary>
/// The heads of the last <see cref="Limits.RecentMessages"/> messages, by id and by the sender's own id. Whatever has left is
/// reflected in the read model once that has applied <see cref="Horizon"/>, so there it can be looked up.
/// </summary>
public sealed record RecentMessages
{
    public static readonly RecentMessages Empty = new();

    public ImmutableDictionary<MessageId, MessageHead> Heads { get; init; } = ImmutableDictionary<MessageId, MessageHead>.Empty;
    public ImmutableDictionary<(UserId, ClientMessageId), MessageId> BySender { get; init; } = ImmutableDictionary<(UserId, ClientMessageId), MessageId>.Empty;
    public ImmutableQueue<MessageId> Oldest { get; init; } = [];

    /// <summary>The last sequence that changed a message no longer held here; -1 while all are held.</summary>
    public long Horizon { get; init; } = -1;

    /// <summary>The sequence up to which messages may be held here no longer; -1 while all are held.</summary>
    public long SentHorizon => Horizon < 0 ? -1 : Heads[Oldest.Peek()].Sequence - 1;

    // at most one old head, recalled for one decision; null beside a set id: looked up and not there
    MessageId? RecalledId { get; init; }
    MessageHead? RecalledHead { get; init; }

    /// <summary>The state that holds exactly these heads, oldest first.</summary>
    public static RecentMessages Of(IEnumerable<MessageHead> oldestFirst, long horizon) =>
        oldestFirst.Aggregate(Empty with { Horizon = horizon }, static (messages, head) => messages.Add(head));

    public MessageHead? Find(UserId sender, ClientMessageId client) => BySender.TryGetValue((sender, client), out var id) ? Heads[id] : null;

    /// <summary>The head, or null when there is no such message; false when this state cannot know and it must be looked up.</summary>
    public bool TryFind(MessageId message, out MessageHead? head)
    {
        if (Heads.TryGetValue(message, out head)) return true;
        if (RecalledId == message)
        {
            head = RecalledHead;
            return true;
        }
        return Horizon < 0;
    }

    internal RecentMessages Recall(MessageId message, MessageHead? head) => this with { RecalledId = message, RecalledHead = head };

    internal RecentMessages Add(MessageHead head)
    {
        var added = this with
        {
            Heads = Heads.Add(head.Message, head),
            BySender = BySender.SetItem((head.Author, head.ClientMessage), head.Message),
            Oldest = Oldest.Enqueue(head.Message),
        };
        return added.Heads.Count > Limits.RecentMessages ? added.DropOldest() : added;
    }

    internal RecentMessages Touch(MessageId message, long sequence, Func<MessageHead, MessageHead> change) =>
        Heads.TryGetValue(message, out var head)
            ? this with { Heads = Heads.SetItem(message, change(head) with { Version = sequence }) }
            : this with { Horizon = Math.Max(Horizon, sequence) };

    RecentMessages DropOldest()
    {
        var rest = Oldest.Dequeue(out var oldest);
        var head = Heads[oldest];
        return this with
        {
            Heads = Heads.Remove(oldest),
            BySender = BySender.Remove((head.Author, head.ClientMessage)),
            Oldest = rest,
            Horizon = Math.Max(Horizon, head.Version),
        };
    }
}
