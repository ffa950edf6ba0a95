using Chat.Domain;
using Microsoft.Extensions.Options;

namespace Chat.Api.RateLimits;

/// <summary>What each user may ask for, over REST and the hub together, and each address without a token.</summary>
public sealed class RateBudget(IOptions<RateLimitOptions> options, TimeProvider time)
{
    readonly TokenBuckets<UserId> users = new(options.Value.UserBurst, options.Value.UserRate, time);
    readonly TokenBuckets<string> addresses = new(options.Value.AnonymousBurst, options.Value.AnonymousRate, time);

    /// <param name="cost">In ordinary calls.</param>
    public Allowance Take(UserId user, int cost = 1) => users.Take(user, cost);

    public Allowance Take(string address) => addresses.Take(address);
}

/// <summary>Marks a route whose calls count as several.</summary>
sealed record RateCost(int Calls);
