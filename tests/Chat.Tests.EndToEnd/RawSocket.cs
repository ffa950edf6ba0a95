using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Chat.Tests.EndToEnd;

/// <summary>A WebSocket to the hub that sends whatever it is told to, and reads only when it is told to.</summary>
sealed class RawSocket : IAsyncDisposable
{
    public const string Handshake = """{"protocol":"json","version":1}""" + End;
    public const string End = "\u001e";

    readonly ClientWebSocket socket = new();

    public static async Task<RawSocket> Connect(AppProcess app, string token, CancellationToken ct)
    {
        var raw = new RawSocket();
        raw.socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        // a small buffer, so that what is not read waits at the server
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = static async (context, ct) =>
            {
                var tcp = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096, NoDelay = true };
                await tcp.ConnectAsync(context.DnsEndPoint, ct);
                return new NetworkStream(tcp, ownsSocket: true);
            },
        };
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        await raw.socket.ConnectAsync(new UriBuilder(app.Address) { Scheme = "ws", Path = "v1/live" }.Uri, invoker, ct);
        return raw;
    }

    public Task Send(string text, CancellationToken ct) => Send(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, ct);

    public async Task Send(byte[] bytes, WebSocketMessageType type, CancellationToken ct) => await socket.SendAsync(bytes, type, endOfMessage: true, ct);

    /// <summary>Reads until a text comes by (true), or the server has closed (false).</summary>
    public async Task<bool> ReadUntil(string text, CancellationToken ct)
    {
        var (last, buffer) = ("", new byte[64 * 1024]);
        try
        {
            while (!last.Contains(text, StringComparison.Ordinal))
            {
                var read = await socket.ReceiveAsync(buffer, ct);
                if (read.MessageType == WebSocketMessageType.Close) return false;
                last = last[Math.Max(0, last.Length - text.Length)..] + Encoding.UTF8.GetString(buffer, 0, read.Count); // it may come in two pieces
            }
            return true;
        }
        catch (WebSocketException)
        {
            return false; // closed without a word
        }
    }

    public bool IsOpen => socket.State == WebSocketState.Open;

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
