using System.Net;
using System.Net.Sockets;

namespace Chat.Infrastructure.Previews;

/// <summary>The two steps by which a host is reached, so that what lies between them can be checked.</summary>
public interface IInternet
{
    Task<IReadOnlyList<IPAddress>> Resolve(string host, CancellationToken ct);

    /// <exception cref="SocketException">Nobody is there.</exception>
    Task<Stream> Dial(IPEndPoint endpoint, CancellationToken ct);
}

public sealed class Internet : IInternet
{
    public async Task<IReadOnlyList<IPAddress>> Resolve(string host, CancellationToken ct) => await Dns.GetHostAddressesAsync(host, ct);

    public async Task<Stream> Dial(IPEndPoint endpoint, CancellationToken ct)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
