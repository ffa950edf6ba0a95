using Chat.Application.Log;
using Chat.Application.Timeline;
using Chat.Domain;

namespace Chat.Api.Live;

/// <summary>Answers "what did I miss?": for each conversation all of it, or the head to page from; never a part.</summary>
public sealed class Resumption(IEventLog log, EventCodec codec, ITimelineReader timeline)
{
    const int MaxConversations = 1_000;
    const int MaxEntries = 500; // a conversation

    public async Task<ResumeReply> Resume(UserId user, ResumeRequest request, CancellationToken ct)
    {
        if (request.Conversations.Count > MaxConversations)
        {
            return No("too_many_conversations", $"At most {MaxConversations} conversations are resumed at once.");
        }
        var epoch = (await log.Epoch(ct)).ToString();
        var same = request.Epoch is null || request.Epoch == epoch;
        var resumed = new Dictionary<string, ResumedConversation>();
        foreach (var (key, last) in request.Conversations)
        {
            if (!Guid.TryParse(key, out var id) || last < -1) return No("invalid_argument", "Conversations are UUIDs with the last sequence the device has.");
            resumed[key] = await Resume(user, new(id), last, same, ct);
        }
        return new(true, null, null, epoch, resumed);
    }

    async Task<ResumedConversation> Resume(UserId user, ConversationId conversation, long last, bool sameEpoch, CancellationToken ct)
    {
        if (await timeline.VisibilityOf(user, conversation, ct) is not { } visible) return new(false, -1, [], Refusal.NoSuchConversation.Code);
        var from = Math.Max(last + 1, visible.From);
        if (!sameEpoch || last > visible.Head || visible.Head - from >= MaxEntries) return new(false, visible.Head, []);

        // up to what the timeline has applied, so that the right to see it is of the same moment
        var stored = new List<StoredEvent>();
        if (from <= visible.Head)
        {
            await foreach (var e in log.ReadStream(StreamNames.Of(conversation), from, (int)(visible.Head - from + 1), ct)) stored.Add(e);
        }
        return new(true, visible.Head, [.. (await codec.Decode(stored, ct)).Select(EntryView.Of)]);
    }

    static ResumeReply No(string code, string detail) => new(false, code, detail, null, null);
}
