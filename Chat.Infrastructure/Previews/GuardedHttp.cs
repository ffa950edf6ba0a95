using System.Net;
using System.Net.Sockets;

namespace Chat.Infrastructure.Previews;

/// <summary>HTTP to addresses that strangers name: the public internet only, and nothing of ours with it.</summary>
static class GuardedHttp
{
    const int MaxDials = 3;

    public static HttpClient Client(IInternet internet) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, // each step is looked at by itself
        UseProxy = false, // a proxy would resolve names anew, past the check
        UseCookies = false,
        ActivityHeadersPropagator = null,
        AutomaticDecompression = DecompressionMethods.All,
        MaxResponseHeadersLength = 32, // KiB
        MaxResponseDrainSize = 0,
        PooledConnectionLifetime = TimeSpan.Zero,
        ConnectCallback = (context, ct) => Connect(internet, context.DnsEndPoint, ct),
    })
    {
        DefaultRequestHeaders = { { "Accept", "text/html" }, { "User-Agent", "ChatLinkPreview/1.0" } },
    };

    /// <summary>Whether a link is one to follow at all; its host is checked once it is resolved.</summary>
    public static bool Allows(Uri link) =>
        link is { IsAbsoluteUri: true, Scheme: "http" or "https", Port: 80 or 443, UserInfo: "", HostNameType: UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6 };

    // Resolved once, checked, and that very address dialled: a name that leads elsewhere a moment later gains nothing.
    static async ValueTask<Stream> Connect(IInternet internet, DnsEndPoint host, CancellationToken ct)
    {
        var addresses = IPAddress.TryParse(host.Host, out var literal) ? [literal] : await internet.Resolve(host.Host, ct);
        if (addresses.Count == 0 || !addresses.All(PublicAddress.Is)) throw new HttpRequestException("The host is not in the public internet.");
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await internet.Dial(new(addresses[tries - 1], host.Port), ct);
            }
            catch (SocketException) when (tries < addresses.Count && tries < MaxDials)
            {
                // the next one
            }
        }
    }
}
