using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Chat.Infrastructure.Previews;

namespace Chat.Testing;

/// <summary>Names and addresses as a test tells them. Whatever is dialled is noted, and leads to one server on this machine.</summary>
public sealed class InMemoryInternet(IPEndPoint server) : IInternet
{
    readonly Internet real = new();
    readonly ConcurrentDictionary<string, ConcurrentQueue<IPAddress[]>> names = new(StringComparer.OrdinalIgnoreCase);

    public ConcurrentQueue<IPEndPoint> Dialled { get; } = new();

    /// <summary>Addresses at which nobody is.</summary>
    public ConcurrentBag<IPAddress> Silent { get; } = [];

    /// <summary>What the name leads to; each time it is told, once, and the last for good.</summary>
    public void Name(string host, params string[] addresses) => names.GetOrAdd(host, static _ => new()).Enqueue([.. addresses.Select(IPAddress.Parse)]);

    public Task<IReadOnlyList<IPAddress>> Resolve(string host, CancellationToken ct)
    {
        if (!names.TryGetValue(host, out var answers) || !answers.TryPeek(out var answer)) throw new SocketException((int)SocketError.HostNotFound);
        if (answers.Count > 1) answers.TryDequeue(out _);
        return Task.FromResult<IReadOnlyList<IPAddress>>(answer);
    }

    public Task<Stream> Dial(IPEndPoint endpoint, CancellationToken ct)
    {
        Dialled.Enqueue(endpoint);
        return Silent.Contains(endpoint.Address) ? throw new SocketException((int)SocketError.ConnectionRefused) : real.Dial(server, ct);
    }
}
