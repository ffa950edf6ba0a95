using Chat.Application.Inbox;
using Chat.Application.Log;
using Chat.Application.Timeline;
using Chat.Domain;

namespace Chat.Api.Live;

/// <summary>
/// Answers "what did I miss?" on any node: for each conversation all of it, or the head to page from; never a part. However many conversations
/// are asked for, it takes the same few queries.
/// </summary>
public sealed class Resumption(IEventLog log, EventCodec codec, ITimelineReader timeline, IInboxReader inbox)
{
    const int MaxConversations = 1_000;
    const int MaxEntries = 500; // of one conversation
    const int MaxEntriesInAll = 2_000;
    const int MaxBytes = 1024 * 1024; // as stored; a device that is further behind pages and is not flooded
    const int MaxInboxChanges = 100;

    public async Task<ResumeReply> Resume(UserId user, ResumeRequest request, CancellationToken ct)
    {
        if (request.Conversations.Count > MaxConversations)
        {
            return No("too_many_conversations", $"At most {MaxConversations} conversations are resumed at once.");
        }
        if (LastSequences(request) is not { } last) return No("invalid_argument", "Conversations are UUIDs with the last sequence the device has, -1 for none.");
        if (!TryPosition(request, out var position)) return No("invalid_argument", "position is one that the inbox has given.");

        var epoch = (await log.Epoch(ct)).ToString();
        var sameLog = request.Epoch is null || request.Epoch == epoch;
        // first how far the timeline is, then the entries up to there: the right to see them is of the same moment
        var visible = await timeline.VisibilityOf(user, last.Keys, ct);
        var standings = last.ToDictionary(static asked => asked.Key, asked => Standing.Of(asked.Value, visible.GetValueOrDefault(asked.Key), sameLog));
        var missed = await Read(Affordable(standings), ct);
        var resumed = new Dictionary<string, ResumedConversation>();
        foreach (var (conversation, standing) in standings)
        {
            resumed[conversation.ToString()] = Answer(await Settle(conversation, standing, ct), missed.GetValueOrDefault(conversation));
        }
        return new(true, null, null, epoch, resumed, position is { } at ? await Inbox(user, at, sameLog, ct) : null);
    }

    static Dictionary<ConversationId, long>? LastSequences(ResumeRequest request)
    {
        var last = new Dictionary<ConversationId, long>();
        foreach (var (key, sequence) in request.Conversations)
        {
            if (!Guid.TryParse(key, out var id) || sequence < -1 || !last.TryAdd(new(id), sequence)) return null;
        }
        return last;
    }

    static bool TryPosition(ResumeRequest request, out LogPosition? position)
    {
        position = null;
        if (request.Position is null) return true;
        if (!LogPosition.TryParse(request.Position, out var read)) return false;
        position = read;
        return true;
    }

    /// <summary>Those that are little behind, the least first, as many as one answer may hold.</summary>
    static IEnumerable<(ConversationId Conversation, Standing.Behind Standing)> Affordable(Dictionary<ConversationId, Standing> standings)
    {
        var left = MaxEntriesInAll;
        return standings.Where(static pair => pair.Value is Standing.Behind { Missed: <= MaxEntries })
            .Select(static pair => (pair.Key, (Standing.Behind)pair.Value))
            .OrderBy(static pair => pair.Item2.Missed)
            .TakeWhile(pair => (left -= (int)pair.Item2.Missed) >= 0);
    }

    /// <summary>All that was missed of each conversation that could be read whole.</summary>
    async Task<Dictionary<ConversationId, LiveEntry[]>> Read(IEnumerable<(ConversationId Conversation, Standing.Behind Standing)> behind, CancellationToken ct)
    {
        var wanted = behind.ToDictionary(static pair => StreamNames.Of(pair.Conversation), static pair => pair.Standing);
        if (wanted.Count == 0) return [];
        var stored = new List<StoredEvent>();
        var ranges = wanted.Select(static pair => new StreamRange(pair.Key, pair.Value.From, (int)pair.Value.Missed)).ToList();
        await foreach (var e in log.ReadStreams(ranges, ct)) stored.Add(e);
        var left = MaxBytes;
        var whole = stored.GroupBy(static e => e.Stream)
            .Where(of => of.First().Revision == wanted[of.Key].From && of.Count() == wanted[of.Key].Missed && (left -= of.Sum(static e => e.Data.Length)) >= 0)
            .SelectMany(static of => of).ToList();
        return (await codec.Decode(whole, ct)).GroupBy(static e => StreamNames.ConversationOf(e.Stored.Stream))
            .ToDictionary(static of => of.Key, static of => of.Select(EntryView.Of).ToArray());
    }

    // What it sent itself a device may know before the timeline does.
    async Task<Standing> Settle(ConversationId conversation, Standing standing, CancellationToken ct) =>
        standing is Standing.Ahead(var last, var head) && last <= await log.LastRevision(StreamNames.Of(conversation), ct) ? new Standing.Current(head) : standing;

    static ResumedConversation Answer(Standing standing, LiveEntry[]? missed) => standing switch
    {
        Standing.Current(var head) => new(true, head, []),
        Standing.Behind(_, var head) => missed is null ? new(false, head, [], "too_far_behind") : new(true, head, missed),
        Standing.Ahead(_, var head) => new(false, head, [], "sequence_ahead"),
        Standing.OtherLog(var head) => new(false, head, [], "epoch_changed"),
        Standing.Foreign => new(false, -1, [], Refusal.NoSuchConversation.Code),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    async Task<ResumedInbox> Inbox(UserId user, LogPosition after, bool sameLog, CancellationToken ct)
    {
        if (!sameLog) return new(false, after.ToString(), [], "epoch_changed");
        if (after > await log.Head(ct)) return new(false, after.ToString(), [], "position_ahead");
        var changes = await inbox.Changes(user, after, MaxInboxChanges, ct);
        return changes.HasMore
            ? new(false, after.ToString(), [], "too_far_behind")
            : new(true, changes.Until.ToString(), [.. changes.Items.Select(InboxChange.Of)]);
    }

    static ResumeReply No(string code, string detail) => new(false, code, detail, null, null);
}
