using BitFaster.Caching.Lru;
using Chat.Application.Conversations;
using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Api.Live;

/// <summary>
/// Who gets an entry: the members at its own sequence. Starts from a conversation's state and follows its membership events from there, so
/// that nobody gets anything after their removal, however the pushing lags.
/// </summary>
sealed class Audience(ConversationStreams conversations)
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

    // The state is of now and may know later joins and leaves than this entry's; who is in both is surely a member, others resume.
    async Task<Members> Load(ConversationId conversation, long sequence, CancellationToken ct)
    {
        var state = await conversations.Read(conversation, TimeSpan.Zero, ct);
        return new(sequence - 1, [.. state.Members.Where(member => member.Value.Joined <= sequence).Select(static member => member.Key)]);
    }

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
