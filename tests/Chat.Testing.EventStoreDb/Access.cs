using System.Text;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Chat.Testing.EventStoreDb;

/// <summary>Who may do what: nobody is asked without TLS, and everybody may ask for features and gossip.</summary>
sealed class Access(EventStoreServerOptions options, Faults faults) : Interceptor
{
    const string Anonymous = "";

    static readonly string[] Users = ["admin", "ops"];

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Admit(context);
        return continuation(request, context);
    }

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Admit(context);
        return continuation(requestStream, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Admit(context);
        return continuation(request, responseStream, context);
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Admit(context);
        return continuation(requestStream, responseStream, context);
    }

    /// <summary>System streams and $all are for admins.</summary>
    public void Allow(ServerCallContext context, string? stream)
    {
        if (UserOf(context) is not (null or "admin") && (stream is null || stream.StartsWith('$') && !stream.StartsWith("$$", StringComparison.Ordinal))) throw Answers.AccessDenied();
    }

    public void RequireLeader(ServerCallContext context)
    {
        if (faults.Leader is { } leader && context.RequestHeaders.GetValue("requires-leader") == "true") throw Answers.NotLeader(leader.Host, leader.Port);
    }

    void Admit(ServerCallContext context)
    {
        if (faults.NotReady) throw Answers.NotReady();
        if (faults.KnowsNobody()) throw Answers.Unauthenticated();
        var isOpen = !context.Method.StartsWith("/event_store.client.streams.", StringComparison.Ordinal);
        if (UserOf(context) == Anonymous && !isOpen) throw Answers.AccessDenied();
    }

    /// <summary>Null where nobody is asked; wrong credentials are refused.</summary>
    string? UserOf(ServerCallContext context)
    {
        if (options.Certificate is null) return null;
        if (context.RequestHeaders.GetValue("authorization") is not { } header) return Anonymous;
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) throw Answers.Unauthenticated();
        return Encoding.UTF8.GetString(Convert.FromBase64String(header[6..])).Split(':') is [var user, "changeit"] && Users.Contains(user)
            ? user
            : throw Answers.Unauthenticated();
    }
}
