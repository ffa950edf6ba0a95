using System.Net;
using Chat.Application.Push;

namespace Chat.Infrastructure.Push;

/// <summary>HTTP to the providers. Not of a client factory, which would log addresses: they hold tokens.</summary>
static class ProviderHttp
{
    public static HttpClient Client(Version? version = null) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, // an endpoint is named by a client, and must not lead anywhere else
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        EnableMultipleHttp2Connections = true,
    })
    {
        Timeout = TimeSpan.FromSeconds(20),
        MaxResponseContentBufferSize = 64 * 1024,
        DefaultRequestVersion = version ?? HttpVersion.Version20,
        DefaultVersionPolicy = version is null ? HttpVersionPolicy.RequestVersionOrLower : HttpVersionPolicy.RequestVersionExact,
    };

    /// <summary>What an answer means that has no meaning of its own at this provider.</summary>
    /// <param name="reason">The provider's own code, where it gave one.</param>
    public static PushResult Result(HttpResponseMessage answer, string? reason, TimeProvider time) => (int)answer.StatusCode switch
    {
        >= 200 and < 300 => new PushResult.Sent(),
        408 or 425 or 429 or >= 500 => new PushResult.Later(RetryAfter(answer, time), Told(answer, reason)),
        _ => new PushResult.Refused(Told(answer, reason)),
    };

    static TimeSpan? RetryAfter(HttpResponseMessage answer, TimeProvider time) => answer.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date - time.GetUtcNow() is var wait => wait > TimeSpan.Zero ? wait : TimeSpan.Zero,
        _ => null,
    };

    static string Told(HttpResponseMessage answer, string? reason) => reason is null ? $"{(int)answer.StatusCode}" : $"{(int)answer.StatusCode} {reason}";
}
