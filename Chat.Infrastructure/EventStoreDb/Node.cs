using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Chat.Infrastructure.EventStoreDb.Wire;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace Chat.Infrastructure.EventStoreDb;

/// <summary>A connection to one node of the cluster.</summary>
sealed class Node : IAsyncDisposable
{
    const int MaxMessageBytes = 17 * 1024 * 1024; // the largest record is 16 MiB

    readonly GrpcChannel channel;
    readonly ServerFeatures.ServerFeaturesClient features;
    readonly TimeSpan timeout;
    IAppends? appends;

    public Node(DnsEndPoint endpoint, ConnectionString settings, bool requiresLeader)
    {
        Endpoint = endpoint;
        channel = GrpcChannel.ForAddress(
            new UriBuilder(settings.Tls ? Uri.UriSchemeHttps : Uri.UriSchemeHttp, endpoint.Host, endpoint.Port).Uri,
            new()
            {
                HttpHandler = Handler(settings),
                DisposeHttpClient = true,
                MaxReceiveMessageSize = MaxMessageBytes,
                MaxSendMessageSize = MaxMessageBytes,
                // the channel's own would grow to two minutes, in which every call fails although the server is back
                InitialReconnectBackoff = TimeSpan.FromMilliseconds(50),
                MaxReconnectBackoff = TimeSpan.FromMilliseconds(500),
            });
        var headers = Headers(settings, requiresLeader);
        var calls = channel.CreateCallInvoker().Intercept(call =>
        {
            foreach (var header in headers) call.Add(header);
            return call;
        });
        Streams = new(calls);
        Gossip = new(calls);
        (features, timeout) = (new(calls), settings.GossipTimeout);
    }

    public DnsEndPoint Endpoint { get; }

    public Streams.StreamsClient Streams { get; }

    public Gossip.GossipClient Gossip { get; }

    /// <summary>How this server takes appends; asked until it has answered.</summary>
    public async ValueTask<IAppends> Appends() =>
        appends ?? (await ServerAppends.Of(Streams, features, timeout) is var found && Interlocked.CompareExchange(ref appends, found, null) is { } first ? first : found);

    static Metadata Headers(ConnectionString settings, bool requiresLeader)
    {
        var headers = new Metadata { { "connection-name", settings.ConnectionName }, { "requires-leader", requiresLeader ? "true" : "false" } };
        if (settings.User is { } user)
        {
            headers.Add("authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{settings.Password}"))}");
        }
        return headers;
    }

    static SocketsHttpHandler Handler(ConnectionString settings)
    {
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true, // beyond a hundred calls at once
            ConnectTimeout = settings.GossipTimeout,
            KeepAlivePingDelay = settings.KeepAliveInterval,
            KeepAlivePingTimeout = settings.KeepAliveTimeout,
            PooledConnectionIdleTimeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
        if (!settings.TlsVerifyCert)
        {
#pragma warning disable CA5359 // asked for by tlsVerifyCert=false
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (settings.TlsCaFile is { } authority)
        {
            handler.SslOptions.CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(authority);
        }
        if (settings.UserCertFile is { } certificate)
        {
            handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPemFile(certificate, settings.UserKeyFile)];
        }
        return handler;
    }

    public async ValueTask DisposeAsync()
    {
        if (appends is { } used) await used.DisposeAsync();
        channel.Dispose();
    }
}
