using Spectre.Console;

namespace Chat.Bench.Load;

/// <summary>What a server needs to do nothing: at rest, and with connections on which nobody talks.</summary>
static class Idle
{
    public const int SocketsOfUser = 20; // as many as one user may have on a node
    static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);

    public static async Task Rest(ServerProcess chat, CancellationToken ct)
    {
        await Task.Delay(Settling, ct);
        AnsiConsole.WriteLine($"rest: first answer after {chat.UntilReady.TotalSeconds:N1} s (goal 5), {chat.Bytes / 1048576} MB at rest (goal 250)");
    }

    /// <summary>Both in new processes: what other workloads have left on a heap would hide what a connection needs.</summary>
    public static async Task Compare(BenchDatabase database, int connections, CancellationToken ct)
    {
        await using var relay = await ServerProcess.Floor(null);
        await using var chat = await ServerProcess.Chat(database);
        using var http = new HttpClient { BaseAddress = chat.Address };
        var people = await ChatSide.People((connections + SocketsOfUser - 1) / SocketsOfUser, http);
        var floor = await PerConnection("relay", relay, new(relay.Address, "live"), connections, static _ => null, ct);
        var ours = await PerConnection("chat", chat, new(chat.Address, "v1/live"), connections, i => people[i / SocketsOfUser].AccessToken, ct);
        AnsiConsole.WriteLine($"idle: {ours / floor:N2} × the relay's memory a connection (goal 1.2)");
    }

    static async Task<double> PerConnection(string name, ServerProcess server, Uri hub, int connections, Func<int, string?> token, CancellationToken ct)
    {
        // the first ones have code compiled, which later ones share
        foreach (var first in await QuietSocket.Open(hub, SocketsOfUser, token, ct)) first.Dispose();
        await Task.Delay(Settling, ct);
        var before = server.Bytes;
        var sockets = await QuietSocket.Open(hub, connections, token, ct);
        await Task.Delay(Settling, ct); // keep-alives and heartbeats go on meanwhile
        var each = (server.Bytes - before) / (double)connections;
        AnsiConsole.WriteLine($"idle: {name} holds {sockets.Count(static socket => socket.IsOpen):N0} of {connections:N0} connections, {before / 1048576} MB before and {server.Bytes / 1048576} MB with them: {each / 1024:N1} KiB each");
        foreach (var socket in sockets) socket.Dispose();
        return each;
    }
}
