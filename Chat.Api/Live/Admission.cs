using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Api.RateLimits;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Chat.Api.Live;

/// <summary>
/// Whether this node takes one more socket. Asked before the handshake, so that a full or leaving node costs everybody one cheap answer that
/// says when to come again.
/// </summary>
sealed class Admission(Drain drain, LiveConnections connections, IOptions<LiveOptions> options, TimeProvider time)
{
    static readonly TimeSpan WhenFull = TimeSpan.FromSeconds(10);

    readonly TokenBuckets<string> handshakes = new(options.Value.HandshakesPerSecond, options.Value.HandshakesPerSecond, time);

    public static Task Admit(HttpContext http, RequestDelegate next) =>
        IsNewSocket(http.Request) && http.RequestServices.GetRequiredService<Admission>().Refuse(http) is { } refusal
            ? refusal.ExecuteAsync(http)
            : next(http);

    ProblemHttpResult? Refuse(HttpContext http)
    {
        var limits = options.Value;
        if (drain.HasBegun) return Later(http, 503, "draining", "This node is about to stop; another one takes you.", TimeSpan.FromSeconds(1));
        if (connections.Count >= limits.MaxConnections) return Later(http, 503, "node_full", "This node has no room for another socket.", WhenFull);
        if (connections.Of(Caller.Of(http.User).User).Length >= limits.MaxConnectionsPerUser)
        {
            return Later(http, 429, "connection_limit", $"One user has at most {limits.MaxConnectionsPerUser} sockets open.", WhenFull);
        }
        // one handshake is counted once: where it is negotiated, or where it begins without
        return http.Request.Query.ContainsKey("id") || handshakes.Take("") is not { Allowed: false } full
            ? null
            : Later(http, 503, "too_many_handshakes", "Many are connecting at once; wait a moment.", full.RetryAfter);
    }

    // What belongs to a connection that is open (long polling, server-sent events) carries its id and is no handshake.
    static bool IsNewSocket(HttpRequest request) =>
        request.Path.StartsWithSegments(LiveRegistration.Path, out var rest)
        && (rest == "/negotiate" || request.HttpContext.WebSockets.IsWebSocketRequest || !request.Query.ContainsKey("id"));

    static ProblemHttpResult Later(HttpContext http, int status, string code, string detail, TimeSpan after)
    {
        http.Response.Headers.RetryAfter = RateLimiting.Seconds(after);
        return Problems.Of(status, code, detail);
    }
}
