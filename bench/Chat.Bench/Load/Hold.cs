using System.CommandLine;
using System.Diagnostics;
using Chat.Bench.Api;
using Spectre.Console;

namespace Chat.Bench.Load;

/// <summary>More connections than a process may have files: two nodes on one database, and processes that hold the other ends while people talk.</summary>
static class Hold
{
    const int SocketsOfProcess = 10_000;
    static readonly TimeSpan Settling = TimeSpan.FromSeconds(20);

    /// <returns>Whether all were opened and stayed so.</returns>
    public static async Task<bool> Measure(Run run, BenchDatabase database, ChatSide first, int connections, CancellationToken ct)
    {
        await using var second = await ServerProcess.Chat(database);
        ServerProcess[] nodes = [first.Server, second];
        var before = nodes.Sum(static node => node.Bytes);
        var people = await first.People((connections + Idle.SocketsOfUser - 1) / Idle.SocketsOfUser);
        var (holders, open) = (new List<Process>(), 0);
        foreach (var (i, some) in people.Chunk(SocketsOfProcess / Idle.SocketsOfUser).Index())
        {
            var holder = Start(new(nodes[i % nodes.Length].Address, "v1/live"), some);
            holders.Add(holder);
            open += int.Parse((await holder.StandardOutput.ReadLineAsync(ct))!, System.Globalization.CultureInfo.InvariantCulture);
        }
        await Task.Delay(Settling, ct); // keep-alives and heartbeats go on meanwhile
        var each = (nodes.Sum(static node => node.Bytes) - before) / (double)open;
        AnsiConsole.WriteLine($"hold: {open:N0} connections on {nodes.Length} nodes in {holders.Count} processes, {each / 1024:N1} KiB each");

        await run.Compare(Workload.Held(open), [first]);

        var still = 0;
        foreach (var holder in holders)
        {
            holder.StandardInput.Close();
            still += int.Parse((await holder.StandardOutput.ReadLineAsync(ct))!, System.Globalization.CultureInfo.InvariantCulture);
            await holder.WaitForExitAsync(ct);
            holder.Dispose();
        }
        AnsiConsole.WriteLine($"hold: {still:N0} of them still open at the end");
        return open >= connections && still == open;
    }

    static Process Start(Uri hub, ChatClient[] people)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(Hold).Assembly.Location, "sockets", "--url", hub.ToString()])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
        foreach (var person in people) process.StandardInput.WriteLine(person.AccessToken);
        process.StandardInput.WriteLine();
        return process;
    }
}

/// <summary><c>sockets</c>: holds connections for <c>load hold</c>, as many as one user may have for each token of its input, until that ends.</summary>
static class SocketsCommand
{
    static readonly Option<string> Url = new("--url") { Required = true };

    public static Command Create()
    {
        var command = new Command("sockets", "Holds the connections of load hold.") { Url };
        command.SetAction(static async (given, ct) =>
        {
            var tokens = new List<string>();
            while (Console.In.ReadLine() is { Length: > 0 } token) tokens.Add(token);
            var sockets = await QuietSocket.Open(new(given.GetRequiredValue(Url)), tokens.Count * Idle.SocketsOfUser, i => tokens[i / Idle.SocketsOfUser], ct);
            Console.Out.WriteLine(sockets.Count(static socket => socket.IsOpen));
            while (Console.In.ReadLine() is not null)
            {
                // until it is closed
            }
            Console.Out.WriteLine(sockets.Count(static socket => socket.IsOpen));
            return 0;
        });
        return command;
    }
}
