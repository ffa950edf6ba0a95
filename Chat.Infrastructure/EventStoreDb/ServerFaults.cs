using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.Core;

namespace Chat.Infrastructure.EventStoreDb;

/// <summary>A setting has to be changed before the log can be used; repeating helps nothing.</summary>
public sealed class EventStoreDbSettingException(string message, Exception? inner = null, string setting = "ConnectionStrings:EventStoreDb")
    : Exception($"{setting}: {message}", inner);

/// <summary>What EventStoreDB's answers mean here: statuses and the trailers beside them.</summary>
static class ServerFaults
{
    /// <summary>True when the same call may succeed later, or on another node.</summary>
    public static bool IsTransient(Exception fault) => fault switch
    {
        RpcException { StatusCode: StatusCode.NotFound } e => ExceptionOf(e) == "not-leader",
        // no answer, a full server, one that shuts down, one that is still electing
        RpcException e => e.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled or StatusCode.DeadlineExceeded or StatusCode.Aborted
            or StatusCode.ResourceExhausted or StatusCode.Internal || e.Status.Detail.StartsWith("No leader info", StringComparison.Ordinal),
        OperationCanceledException or ObjectDisposedException or IOException or TimeoutException => true,
        _ => false,
    };

    /// <summary>Where the leader is, when this says that the node asked is not it.</summary>
    public static DnsEndPoint? LeaderIn(Exception fault) =>
        fault is RpcException e && ExceptionOf(e) == "not-leader" && e.Trailers.GetValue("leader-endpoint-host") is { Length: > 0 } host
        && int.TryParse(e.Trailers.GetValue("leader-endpoint-port"), CultureInfo.InvariantCulture, out var port)
            ? new(host, port)
            : null;

    public static bool IsStreamDeleted(RpcException fault) => ExceptionOf(fault) == "stream-deleted";

    public static bool IsInvalidPosition(RpcException fault) =>
        fault.Status.Detail.Contains("InvalidPosition", StringComparison.Ordinal) || fault.Status.Detail.Contains("invalid position", StringComparison.Ordinal);

    /// <summary>The setting that this fault asks to change, or null.</summary>
    public static EventStoreDbSettingException? SettingIn(Exception fault) => fault switch
    {
        EventStoreDbSettingException setting => setting,
        RpcException { StatusCode: StatusCode.InvalidArgument } e when (ExceptionOf(e) ?? e.Status.Detail) is "maximum-append-size-exceeded" or "MaximumAppendSizeExceeded" =>
            new("the server takes less; set what its --max-append-size is.", e, "EventStoreDb:MaxAppendBytes"),
        RpcException { StatusCode: StatusCode.Unauthenticated } => new("the server does not know this user or password.", fault),
        RpcException { StatusCode: StatusCode.PermissionDenied } e => new(
            "this user may not do that (reading $all takes one of the group $admins, or an ACL that allows it); give user:password@ of one who may.", e),
        RpcException { StatusCode: StatusCode.Unimplemented } => new("the server does not speak EventStoreDB's gRPC protocol (20.6.1 or later) there; check host and port.", fault),
        RpcException e when Find<AuthenticationException>(e) is { } tls => new($"no trusted TLS connection ({tls.Message}); check tls, tlsCAFile and the host's name.", e),
        _ => null,
    };

    /// <summary>What to look at when this goes on, for whoever runs this server.</summary>
    public static string HintAt(Exception fault) =>
        fault is RpcException e && Find<HttpRequestException>(e) is not null && Find<SocketException>(e) is null
            ? ": what answers there may speak no HTTP/2; check the port, and tls=true or false in ConnectionStrings:EventStoreDb."
            : "; where it is looked for is said by ConnectionStrings:EventStoreDb.";

    static string? ExceptionOf(RpcException fault) => fault.Trailers.GetValue("exception");

    static T? Find<T>(RpcException fault) where T : Exception
    {
        for (var at = fault.Status.DebugException; at is not null; at = at.InnerException)
        {
            if (at is T found) return found;
        }
        return null;
    }
}
