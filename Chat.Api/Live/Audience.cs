using BitFaster.Caching.Lru;
using Chat.Application.Timeline;
using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Api.Live;

/// <summary>
/// Who gets an entry: the members at its own sequence. Starts from what the timeline knows of them and follows the membership events from there,
/// so that everybody hears of their own removal and of nothing after it, however the pushing lags.
/// </summary>
sealed class Audience(ITimelineReader timeline)
{
    readonly ConcurrentLru<ConversationId, Members> known = new(50_000);

    /// <summary>For each of these events, which are all that happen, in order, the members who see it. Asks once for all conversations that it does not know.</summary>
    public async Task<IReadOnlyList<IReadOnlyCollection<UserId>>> Of(IReadOnlyList<(ConversationId Conversation, long Sequence, ConversationEvent Event)> events, CancellationToken ct)
    {
        var members = await After([.. events.DistinctBy(static e => e.Conversation).Select(static e => (e.Conversation, e.Sequence - 1))], ct);
        var audiences = new List<IReadOnlyCollection<UserId>>(events.Count);
        foreach (var (conversation, sequence, @event) in events)
        {
            (var audience, members[conversation]) = members[conversation].Apply(sequence, @event);
            audiences.Add(audience);
        }
        foreach (var (conversation, after) in members) known.AddOrUpdate(conversation, after);
        return audiences;
    }

    /// <summary>The members of each conversation once everything up to a sequence has happened.</summary>
    public async Task<Dictionary<ConversationId, Members>> After(IReadOnlyCollection<(ConversationId Conversation, long Sequence)> heads, CancellationToken ct)
    {
        var found = new Dictionary<ConversationId, Members>(heads.Count);
        var unknown = new List<(ConversationId Conversation, long Sequence)>();
        foreach (var (conversation, sequence) in heads)
        {
            if (known.TryGet(conversation, out var members) && members.Sequence == sequence) found.Add(conversation, members);
            else unknown.Add((conversation, sequence + 1)); // whoever sees what comes next
        }
        if (unknown.Count == 0) return found;
        var seen = await timeline.Audiences(unknown, ct);
        foreach (var (conversation, next) in unknown) found.Add(conversation, new(next - 1, [.. seen[conversation]]));
        return found;
    }

    /// <summary>Who is in a conversation after a sequence.</summary>
    public sealed record Members(long Sequence, HashSet<UserId> Users)
    {
        public (IReadOnlyCollection<UserId> Audience, Members After) Apply(long sequence, ConversationEvent @event)
        {
            var after = this with { Sequence = sequence };
            switch (@event)
            {
                case ConversationStarted e:
                    return ([e.By], after);
                case MemberAdded e when !Users.Contains(e.Member):
                    after = after with { Users = [.. Users, e.Member] };
                    return (after.Users, after);
                // the removed one still hears of it, and of nothing later
                case MemberRemoved e:
                    return (Users, after with { Users = [.. Users.Where(user => user != e.Member)] });
                case MemberBanned e:
                    return (Users, after with { Users = [.. Users.Where(user => user != e.Member)] });
                case MemberLeft e:
                    return (Users, after with { Users = [.. Users.Where(user => user != e.By)] });
                default:
                    return (Users, after);
            }
        }
    }
}
