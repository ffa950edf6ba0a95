using System.Collections.Immutable;

namespace Chat.Domain.Conversations;

/// <summary>
/// The heads of the last <see cref="Limits.RecentMessages"/> messages, by id and by the sender's own id. Whatever has left is
/// reflected in the read model once that has applied <see cref="Horizon"/>, so there it can be looked up.
/// </summary>
public sealed record RecentMessages
{
    public static readonly RecentMessages Empty = new();

    // Every message of a conversation makes a new state, so one more must cost little: full pages, oldest first, that are shared between states and
    // indexed once, and behind them the page that is being filled, which is copied and searched through. All hold sequences in order.
    ImmutableArray<Page> Pages { get; init; } = [];
    ImmutableArray<MessageHead> Newest { get; init; } = [];

    /// <summary>How many of the first page have left.</summary>
    int Left { get; init; }

    public int Count => (Pages.Length * Page.Size) + Newest.Length - Left;

    public IEnumerable<MessageHead> OldestFirst => Pages.SelectMany(static page => page.Heads).Skip(Left).Concat(Newest);

    /// <summary>Those after a sequence, the newest first.</summary>
    public IEnumerable<MessageHead> After(long sequence)
    {
        for (var page = Pages.Length; page >= 0; page--)
        {
            var heads = page == Pages.Length ? Newest : Pages[page].Heads;
            for (var at = heads.Length - 1; at >= (page == 0 ? Left : 0); at--)
            {
                if (heads[at].Sequence <= sequence) yield break;
                yield return heads[at];
            }
        }
    }

    /// <summary>The last sequence that changed a message no longer held here; -1 while all are held.</summary>
    public long Horizon { get; init; } = -1;

    /// <summary>The sequence up to which messages may be held here no longer; -1 while all are held.</summary>
    public long SentHorizon => Horizon < 0 ? -1 : (Pages.Length > 0 ? Pages[0].Heads[Left] : Newest[0]).Sequence - 1;

    // at most one old head, recalled for one decision; null beside a set id: looked up and not there
    MessageId? RecalledId { get; init; }
    MessageHead? RecalledHead { get; init; }

    /// <summary>The state that holds exactly these heads, oldest first.</summary>
    public static RecentMessages Of(IEnumerable<MessageHead> oldestFirst, long horizon) =>
        oldestFirst.Aggregate(Empty with { Horizon = horizon }, static (messages, head) => messages.Add(head));

    public MessageHead? Find(UserId sender, ClientMessageId client)
    {
        for (var i = Newest.Length - 1; i >= 0; i--)
        {
            if (Newest[i].ClientMessage == client && Newest[i].Author == sender) return Newest[i];
        }
        for (var i = Pages.Length - 1; i >= 0; i--)
        {
            if (Pages[i].BySender.TryGetValue((sender, client), out var at)) return Held(i, at);
        }
        return null;
    }

    /// <summary>The head, or null when there is no such message; false when this state cannot know and it must be looked up.</summary>
    public bool TryFind(MessageId message, out MessageHead? head)
    {
        head = Place(message) is var (page, at) ? Held(page, at) : null;
        if (head is not null) return true;
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
        var newest = Newest.Add(head);
        var added = newest.Length < Page.Size ? this with { Newest = newest } : this with { Pages = Pages.Add(Page.Of(newest)), Newest = [] };
        return added.Count > Limits.RecentMessages ? added.DropOldest() : added;
    }

    internal RecentMessages Touch(MessageId message, long sequence, Func<MessageHead, MessageHead> change)
    {
        if (Place(message) is not var (page, at) || Held(page, at) is not { } head) return this with { Horizon = Math.Max(Horizon, sequence) };
        var changed = change(head) with { Version = sequence };
        return page == Pages.Length
            ? this with { Newest = Newest.SetItem(at, changed) }
            : this with { Pages = Pages.SetItem(page, Pages[page] with { Heads = Pages[page].Heads.SetItem(at, changed) }) };
    }

    RecentMessages DropOldest()
    {
        var horizon = Math.Max(Horizon, Pages[0].Heads[Left].Version);
        return Left + 1 < Page.Size
            ? this with { Left = Left + 1, Horizon = horizon }
            : this with { Pages = Pages.RemoveAt(0), Left = 0, Horizon = horizon };
    }

    /// <summary>In which page (the newest comes last) and where in it a message stands, unless it has left longer ago than its page.</summary>
    (int Page, int At)? Place(MessageId message)
    {
        for (var i = Newest.Length - 1; i >= 0; i--)
        {
            if (Newest[i].Message == message) return (Pages.Length, i);
        }
        for (var i = Pages.Length - 1; i >= 0; i--)
        {
            if (Pages[i].ById.TryGetValue(message, out var at)) return (i, at);
        }
        return null;
    }

    MessageHead? Held(int page, int at) => page == Pages.Length ? Newest[at] : page == 0 && at < Left ? null : Pages[page].Heads[at];

    /// <summary>Neighbours, and where each of them stands; that stays so when they change.</summary>
    sealed record Page(
        ImmutableArray<MessageHead> Heads, IReadOnlyDictionary<MessageId, int> ById, IReadOnlyDictionary<(UserId, ClientMessageId), int> BySender)
    {
        public const int Size = 64;

        public static Page Of(ImmutableArray<MessageHead> heads)
        {
            var (byId, bySender) = (new Dictionary<MessageId, int>(Size), new Dictionary<(UserId, ClientMessageId), int>(Size));
            for (var i = 0; i < heads.Length; i++) (byId[heads[i].Message], bySender[(heads[i].Author, heads[i].ClientMessage)]) = (i, i);
            return new(heads, byId, bySender);
        }
    }
}
