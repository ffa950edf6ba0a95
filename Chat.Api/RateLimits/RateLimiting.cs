using System.Globalization;
using Chat.Api.Auth;

namespace Chat.Api.RateLimits;

public static class RateLimiting
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddRateLimits()
        {
            services.AddOptions<RateLimitOptions>().BindConfiguration(RateLimitOptions.Section).ValidateDataAnnotations()
                .Validate(static options => options.FailedLoginForgiven > TimeSpan.Zero, "RateLimits:FailedLoginForgiven must be positive.").ValidateOnStart();
            return services.AddSingleton<RateBudget>().AddSingleton<WorkLimit>().AddSingleton<LoginThrottle>();
        }
    }

    /// <summary>Takes every call under /v1 from the caller's budget. The hub counts its calls itself.</summary>
    public static Task Limit(HttpContext http, RequestDelegate next)
    {
        if (!http.Request.Path.StartsWithSegments("/v1") || http.Request.Path.StartsWithSegments("/v1/live")) return next(http);
        var budget = http.RequestServices.GetRequiredService<RateBudget>();
        var allowance = http.User.Identity?.IsAuthenticated == true ? budget.Take(Caller.Of(http.User).User, http.GetEndpoint()?.Metadata.GetMetadata<RateCost>()?.Calls ?? 1) : budget.Take(http.Address);
        http.Response.Headers["X-RateLimit-Limit"] = allowance.Limit.ToString(CultureInfo.InvariantCulture);
        http.Response.Headers["X-RateLimit-Remaining"] = allowance.Remaining.ToString(CultureInfo.InvariantCulture);
        http.Response.Headers["X-RateLimit-Reset"] = Seconds(allowance.FullAfter);
        return allowance.Allowed ? next(http) : http.TooMany(allowance, "rate_limited").ExecuteAsync(http);
    }

    internal static string Seconds(TimeSpan span) => Math.Max(1, (long)Math.Ceiling(span.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
