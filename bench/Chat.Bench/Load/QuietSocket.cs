using System.Net.WebSockets;
using System.Text;

namespace Chat.Bench.Load;

/// <summary>A bare socket on a hub, so that whoever holds thousands stays small: it says that it is there, and throws away what it hears.</summary>
sealed class QuietSocket : IDisposable
{
    static readonly byte[] Handshake = Encoding.UTF8.GetBytes("{\"protocol\":\"json\",\"version\":1}\u001e");
    static readonly byte[] Ping = Encoding.UTF8.GetBytes("{\"type\":6}\u001e");
    static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(10);

    readonly ClientWebSocket socket = new();

    public bool IsOpen => socket.State == WebSocketState.Open;

    /// <param name="token">Of the socket with a number; null for nobody.</param>
    public static async Task<QuietSocket[]> Open(Uri hub, int count, Func<int, string?> token, CancellationToken ct)
    {
        var sockets = new QuietSocket[count];
        var pinging = Task.Run(async () =>
        {
            using var timer = new PeriodicTimer(PingInterval);
            while (await timer.WaitForNextTickAsync(ct))
            {
                foreach (var socket in sockets.Where(static socket => socket is { IsOpen: true })) await socket.socket.SendAsync(Ping, WebSocketMessageType.Text, true, ct);
            }
        }, ct);
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = ct }, async (i, stopping) =>
        {
            var quiet = new QuietSocket();
            await quiet.Connect(hub, token(i), stopping);
            sockets[i] = quiet;
        });
        if (pinging.IsFaulted) await pinging;
        return sockets;
    }

    async Task Connect(Uri hub, string? token, CancellationToken ct)
    {
        if (token is not null) socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        await socket.ConnectAsync(new UriBuilder(hub) { Scheme = "ws" }.Uri, ct);
        await socket.SendAsync(Handshake, WebSocketMessageType.Text, true, ct);
        var answer = new byte[64];
        await socket.ReceiveAsync(answer, ct);
        _ = Drain(answer, ct);
    }

    async Task Drain(byte[] buffer, CancellationToken ct)
    {
        try
        {
            while (IsOpen) await socket.ReceiveAsync(buffer, ct);
        }
        catch (WebSocketException)
        {
            // gone, as its state says
        }
    }

    public void Dispose() => socket.Dispose();
}
