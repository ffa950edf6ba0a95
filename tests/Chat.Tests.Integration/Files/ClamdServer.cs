using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Chat.Tests.Integration.Files;

/// <summary>A daemon that speaks ClamAV's protocol and knows one signature, the test file of EICAR.</summary>
public sealed class ClamdServer : IAsyncDisposable
{
    // in two parts, so that no scanner takes this source for it
    public static readonly string Eicar = "X5O!P%@AP[4\\PZX54(P^)7CC)7}" + "$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

    readonly Socket listener;
    readonly Task serving;

    ClamdServer(EndPoint at)
    {
        listener = new(at.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        if (at is IPEndPoint) listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true); // back where it was before
        listener.Bind(at);
        listener.Listen();
        serving = Task.Run(Serve);
    }

    /// <summary>What it says instead of an honest answer; an empty string to hang up.</summary>
    public string? Says { get; set; }

    /// <summary>As Files:Scanner:Address takes it.</summary>
    public string Address => listener.LocalEndPoint is IPEndPoint ip ? $"127.0.0.1:{ip.Port}" : listener.LocalEndPoint!.ToString()!;

    public static ClamdServer OnPort(int port = 0) => new(new IPEndPoint(IPAddress.Loopback, port));

    public static ClamdServer OnSocket(string path) => new(new UnixDomainSocketEndPoint(path));

    async Task Serve()
    {
        try
        {
            while (true)
            {
                using var connection = new NetworkStream(await listener.AcceptAsync(), ownsSocket: true);
                await Answer(connection);
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // closed
        }
    }

    async Task Answer(NetworkStream connection)
    {
        if (Says == "") return;
        var command = new byte["zINSTREAM\0".Length];
        await connection.ReadExactlyAsync(command);
        Assert.Equal("zINSTREAM\0", Encoding.ASCII.GetString(command));
        using var content = new MemoryStream();
        while (await Length(connection) is > 0 and var bytes)
        {
            var chunk = new byte[bytes];
            await connection.ReadExactlyAsync(chunk);
            content.Write(chunk);
        }
        var found = Encoding.Latin1.GetString(content.ToArray()).Contains(Eicar, StringComparison.Ordinal);
        await connection.WriteAsync(Encoding.ASCII.GetBytes($"{Says ?? (found ? "stream: Eicar-Signature FOUND" : "stream: OK")}\0"));
    }

    static async Task<int> Length(NetworkStream connection)
    {
        var length = new byte[sizeof(int)];
        await connection.ReadExactlyAsync(length);
        return BinaryPrimitives.ReadInt32BigEndian(length);
    }

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await serving;
    }
}
