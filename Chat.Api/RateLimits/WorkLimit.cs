using System.Threading.RateLimiting;
using Chat.Api.Http;
using Microsoft.Extensions.Options;

namespace Chat.Api.RateLimits;

/// <summary>
/// What this node works on at once, for all users together and over REST and the hub alike. More than it can do waits nowhere: it is refused
/// at once, so that what is taken is answered soon.
/// </summary>
sealed class WorkLimit(IOptions<RateLimitOptions> options) : IDisposable
{
    public const string Code = "overloaded";
    public const string Detail = "More is asked of this node than it can do; wait a moment.";

    readonly ConcurrencyLimiter limiter = new(new() { PermitLimit = options.Value.MaxConcurrent, QueueLimit = 0 });

    /// <summary>To be disposed of when the work is done; not acquired when there is too much.</summary>
    public RateLimitLease Begin() => limiter.AttemptAcquire();

    // A filter runs after the body has been read and before the answer is written: who is slow at either takes nobody's place.
    public static async ValueTask<object?> Limit(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        using var work = context.HttpContext.RequestServices.GetRequiredService<WorkLimit>().Begin();
        return work.IsAcquired ? await next(context) : Problems.Of(503, Code, Detail);
    }

    public void Dispose() => limiter.Dispose();
}
