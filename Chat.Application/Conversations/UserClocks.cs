using BitFaster.Caching;
using BitFaster.Caching.Lru;
using Chat.Application.Inbox;
using Chat.Domain;

namespace Chat.Application.Conversations;

/// <summary>
/// How far each user's Lamport clock is: the highest time they can have seen. Kept current by what this node appends for and
/// delivers to them, and read anew from their inbox every few seconds for what they saw elsewhere.
/// </summary>
public sealed class UserClocks(IInboxReader inbox)
{
    readonly ICache<UserId, Clock> clocks =
        new ConcurrentLruBuilder<UserId, Clock>().WithCapacity(100_000).WithExpireAfterWrite(TimeSpan.FromSeconds(5)).Build();

    public async ValueTask<long> Of(UserId user, CancellationToken ct)
    {
        if (clocks.TryGet(user, out var known)) return known.Value;
        var read = await inbox.ClockOf(user, ct);
        return clocks.GetOrAdd(user, static (_, read) => new Clock(read), read).Value;
    }

    public void Saw(UserId user, long lamport)
    {
        if (clocks.TryGet(user, out var known)) known.Advance(lamport);
    }

    sealed class Clock(long value)
    {
        long value = value;

        public long Value => Volatile.Read(ref value);

        public void Advance(long to)
        {
            for (var seen = Value; seen < to;)
            {
                var before = Interlocked.CompareExchange(ref value, to, seen);
                if (before == seen) return;
                seen = before;
            }
        }
    }
}
