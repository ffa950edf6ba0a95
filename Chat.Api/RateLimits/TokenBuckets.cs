using BitFaster.Caching;
using BitFaster.Caching.Lru;

namespace Chat.Api.RateLimits;

/// <summary>One token bucket for each key: full at first, filling at a steady rate. The least used are forgotten, which only ever forgives.</summary>
public sealed class TokenBuckets<TKey>(double capacity, double perSecond, TimeProvider time)
    where TKey : notnull
{
    readonly ICache<TKey, Bucket> buckets =
        new ConcurrentLruBuilder<TKey, Bucket>().WithCapacity(100_000).WithExpireAfterAccess(TimeSpan.FromHours(1)).Build();

    public Allowance Take(TKey key, double tokens = 1) => buckets.GetOrAdd(key, static (_, capacity) => new Bucket(capacity), capacity).Take(tokens, capacity, perSecond, time.GetTimestamp(), time);

    /// <summary>Puts back what was taken for something that turned out to be harmless.</summary>
    public void GiveBack(TKey key, double tokens = 1) => Take(key, -tokens);

    sealed class Bucket(double level)
    {
        readonly Lock gate = new();
        double level = level;
        long at;

        public Allowance Take(double tokens, double capacity, double perSecond, long now, TimeProvider time)
        {
            lock (gate)
            {
                if (at != 0) level = Math.Min(capacity, level + time.GetElapsedTime(at, now).TotalSeconds * perSecond);
                at = now;
                var allowed = level >= tokens;
                if (allowed) level = Math.Min(capacity, level - tokens);
                var wait = allowed ? TimeSpan.Zero : TimeSpan.FromSeconds((tokens - level) / perSecond);
                return new(allowed, (int)capacity, (int)level, wait, TimeSpan.FromSeconds((capacity - level) / perSecond));
            }
        }
    }
}

/// <param name="RetryAfter">How long until it would be allowed; zero when it is.</param>
/// <param name="FullAfter">How long until the bucket is full again.</param>
public readonly record struct Allowance(bool Allowed, int Limit, int Remaining, TimeSpan RetryAfter, TimeSpan FullAfter);
