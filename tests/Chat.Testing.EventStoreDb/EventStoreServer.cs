using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Chat.Testing.EventStoreDb;

/// <param name="Port">0 takes a free one.</param>
/// <param name="Certificate">With it the server speaks TLS and asks for users: admin and ops, both "changeit", as a fresh EventStoreDB has them.</param>
/// <param name="Features">False is a server before 21.6, without ServerFeatures and BatchAppend.</param>
public sealed record EventStoreServerOptions(int Port = 0, X509Certificate2? Certificate = null, bool Features = true, int MaxAppendBytes = 1024 * 1024);

/// <summary>
/// A server that speaks EventStoreDB's gRPC services on loopback, in memory: for tests. It keeps its data while it is away (<see cref="Leave"/>,
/// <see cref="Return"/>) and does what <see cref="Faults"/> asks for.
/// </summary>
public sealed class EventStoreServer : IAsyncDisposable
{
    readonly EventStoreServerOptions options;
    readonly Store store = new();
    readonly HashSet<ConnectionContext> connections = [];
    WebApplication? app;
    long eventsSent, streamReads, considered;

    EventStoreServer(EventStoreServerOptions options) => this.options = options;

    public int Port { get; private set; }

    public Faults Faults { get; } = new();

    public string ConnectionString => options.Certificate is null ? $"esdb://127.0.0.1:{Port}?tls=false" : $"esdb://admin:changeit@localhost:{Port}";

    /// <summary>Events that readers and subscribers have been given.</summary>
    public long EventsSent => Volatile.Read(ref eventsSent);

    /// <summary>Events that have been appended, whether they are shown or not.</summary>
    public int EventsWritten => store.Written;

    /// <summary>How often a stream has been read.</summary>
    public long StreamReads => Volatile.Read(ref streamReads);

    /// <summary>How many events readers of all had this server look at.</summary>
    public long Considered => Volatile.Read(ref considered);

    internal void Considering() => Interlocked.Increment(ref considered);

    internal void StreamRead() => Interlocked.Increment(ref streamReads);

    internal void Sent() => Interlocked.Increment(ref eventsSent);

    public Task Stopped => app!.WaitForShutdownAsync();

    public static async Task<EventStoreServer> Start(EventStoreServerOptions? options = null)
    {
        var server = new EventStoreServer(options ?? new());
        await server.Return();
        return server;
    }

    /// <summary>Listens, where it listened before.</summary>
    public async Task Return()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, Port > 0 ? Port : options.Port, Listen));
        builder.Services.AddSingleton(this).AddSingleton(options).AddSingleton(store).AddSingleton(Faults).AddSingleton<Access>();
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = 16 * 1024 * 1024;
            grpc.Interceptors.Add<Access>();
        });
        app = builder.Build();
        app.MapGrpcService<StreamsOverGrpc>();
        app.MapGrpcService<GossipOverGrpc>();
        if (options.Features) app.MapGrpcService<FeaturesOverGrpc>();
        await app.StartAsync();
        Port = new Uri(app.Urls.Single()).Port;
    }

    /// <summary>Stops listening and cuts every connection; what is stored stays.</summary>
    public async Task Leave()
    {
        CutConnections();
        await app!.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }

    public void CutConnections()
    {
        lock (connections)
        {
            foreach (var connection in connections) connection.Abort();
        }
    }

    /// <summary>As a cluster's leader whose followers lag: it refuses by what it has written, and neither answers for it nor shows it.</summary>
    public void HoldReplication() => store.HoldReplication();

    public void ReleaseReplication() => store.ReleaseReplication();

    void Listen(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http2;
        if (options.Certificate is { } certificate) listen.UseHttps(certificate);
        listen.Use(next => async connection =>
        {
            lock (connections) connections.Add(connection);
            try
            {
                await next(connection);
            }
            finally
            {
                lock (connections) connections.Remove(connection);
            }
        });
    }

    public async ValueTask DisposeAsync() => await Leave();
}
