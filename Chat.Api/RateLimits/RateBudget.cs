using Chat.Domain;
using Microsoft.Extensions.Options;

namespace Chat.Api.RateLimits;

/// <summary>What each user may ask for, over REST and the hub together, and each address without a token.</summary>
public sealed class RateBudget(IOptions<RateLimitOptions> options, TimeProvider time)
{
    readonly TokenBuckets<UserId> users = new(options.Value.UserBurst, options.Value.UserRate, time);
    readonly TokenBuckets<string> addresses = new(options.Value.AnonymousBurst, options.Value.AnonymousRate, time);

    public Allowance Take(UserId user) => users.Take(user);

    public Allowance Take(string address) => addresses.Take(address);
}
