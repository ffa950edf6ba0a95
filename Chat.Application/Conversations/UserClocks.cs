using BitFaster.Caching;
using BitFaster.Caching.Lru;
using Chat.Application.Inbox;
using Chat.Domain;

namespace Chat.Application.Conversations;

/// <summary>
/// How far each user's Lamport clock is: the highest time they can have seen. Read once from their inbox, which looks at all their conversations,
/// and from then on moved by whatever happens in one of these, on any node, as the live edge tells it.
/// </summary>
public sealed class UserClocks(IInboxReader inbox)
{
    // The time limit is for a process without a live edge.
    readonly ICache<UserId, Clock> clocks =
        new ConcurrentLruBuilder<UserId, Clock>().WithCapacity(100_000).WithExpireAfterWrite(TimeSpan.FromMinutes(5)).Build();

    public bool IsEmpty => clocks.Count == 0;

    public async ValueTask<long> Of(UserId user, CancellationToken ct)
    {
        // It is there before the inbox is read, so that nothing that happens meanwhile passes it by; and whoever comes meanwhile waits for the same reading.
        var clock = clocks.GetOrAdd(user, static (user, inbox) => new(() => inbox.ClockOf(user, CancellationToken.None)), inbox);
        try
        {
            await clock.Reading.WaitAsync(ct);
        }
        catch when (clock.Reading is { IsCompleted: true, IsCompletedSuccessfully: false })
        {
            clocks.TryRemove(KeyValuePair.Create(user, clock)); // whoever comes next tries again
            throw;
        }
        return clock.Value;
    }

    /// <summary>Something with this time has happened where they see it.</summary>
    public void Saw(UserId user, long lamport)
    {
        if (clocks.TryGet(user, out var known)) known.Advance(lamport);
    }

    sealed class Clock
    {
        readonly Lazy<Task> reading;
        long value;

        public Clock(Func<Task<long>> read) => reading = new(async () => Advance(await read()));

        public Task Reading => reading.Value;

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
