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
    readonly ConcurrentLru<ConversationId, Members> known = new(10_000);

    /// <summary>The members who see the event at this sequence; to be asked for every event of a conversation, in order.</summary>
    public async ValueTask<IReadOnlyCollection<UserId>> Of(ConversationId conversation, long sequence, ConversationEvent @event, CancellationToken ct)
    {
        if (!known.TryGet(conversation, out var members) || members.Sequence != sequence - 1)
        {
            members = await Load(conversation, sequence, ct);
        }
        var (audience, after) = members.Apply(sequence, @event);
        known.AddOrUpdate(conversation, after);
        return audience;
    }

    /// <summary>The members once everything up to this sequence has happened.</summary>
    public async ValueTask<IReadOnlyCollection<UserId>> After(ConversationId conversation, long sequence, CancellationToken ct) =>
        known.TryGet(conversation, out var members) && members.Sequence == sequence ? members.Users : (await Load(conversation, sequence + 1, ct)).Users;

    async Task<Members> Load(ConversationId conversation, long sequence, CancellationToken ct) =>
        new(sequence - 1, [.. await timeline.Audience(conversation, sequence, ct)]);

    sealed record Members(long Sequence, HashSet<UserId> Users)
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
