using System.Net.WebSockets;
using System.Text;
using Chat.Bench.Api;
using Spectre.Console;

namespace Chat.Bench.Load;

/// <summary>What a server needs to do nothing: at rest, and with connections on which nobody talks.</summary>
static class Idle
{
    const int SocketsOfUser = 20; // as many as one user may have on a node
    static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);
    static readonly byte[] Handshake = Encoding.UTF8.GetBytes("{\"protocol\":\"json\",\"version\":1}\u001e");

    public static async Task Rest(ServerProcess chat, CancellationToken ct)
    {
        await Task.Delay(Settling, ct);
        AnsiConsole.WriteLine($"rest: first answer after {chat.UntilReady.TotalSeconds:N1} s (goal 5), {chat.Bytes / 1048576} MB at rest (goal 250)");
    }

    public static async Task Compare(ServerProcess relay, ChatSide chat, int connections, CancellationToken ct)
    {
        var people = await chat.People((connections + SocketsOfUser - 1) / SocketsOfUser);
        var floor = await PerConnection("relay", relay, new(relay.Address, "live"), connections, static _ => null, ct);
        var ours = await PerConnection("chat", chat.Server, new(chat.Server.Address, "v1/live"), connections, i => people[i / SocketsOfUser], ct);
        AnsiConsole.WriteLine($"idle: {ours / floor:N2} × the relay's memory a connection (goal 1.2)");
    }

    static async Task<double> PerConnection(string name, ServerProcess server, Uri hub, int connections, Func<int, ChatClient?> who, CancellationToken ct)
    {
        var before = server.Bytes;
        var sockets = new WebSocket[connections];
        await Parallel.ForAsync(0, connections, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = ct }, async (i, stopping) => sockets[i] = await Open(hub, who(i), stopping));
        await Task.Delay(Settling, ct); // keep-alives and heartbeats go on meanwhile
        var each = (server.Bytes - before) / (double)connections;
        var open = sockets.Count(static socket => socket.State == WebSocketState.Open);
        AnsiConsole.WriteLine($"idle: {name} holds {open:N0} of {connections:N0} connections, {before / 1048576} MB before and {server.Bytes / 1048576} MB with them: {each / 1024:N1} KiB each");
        foreach (var socket in sockets) socket.Dispose();
        return each;
    }

    // a bare socket, so that the generator stays small; it reads its answer and then nothing
    static async Task<WebSocket> Open(Uri hub, ChatClient? person, CancellationToken ct)
    {
        var socket = new ClientWebSocket();
        if (person is not null) socket.Options.SetRequestHeader("Authorization", $"Bearer {person.AccessToken}");
        await socket.ConnectAsync(new UriBuilder(hub) { Scheme = "ws" }.Uri, ct);
        await socket.SendAsync(Handshake, WebSocketMessageType.Text, true, ct);
        var answer = new byte[64];
        await socket.ReceiveAsync(answer, ct);
        return socket;
    }
}
