using System.CommandLine;
using System.Diagnostics;
using Chat.Bench.Api;
using Chat.Bench.Load;
using Spectre.Console;

namespace Chat.Bench.Return;

/// <summary><c>storm</c>: thousands of devices lose their connection at one moment and all come back.</summary>
static class StormCommand
{
    const int DevicesOfUser = 20; // as many as one user may have on a node

    static readonly Option<int> Clients = new("--clients") { DefaultValueFactory = static _ => 5_000 };

    public static Command Create()
    {
        var command = new Command("storm", "All clients lose their connection at once: how long until 95 % and all of them are back and have resumed (target: 30 s and 90 s).") { Clients };
        command.SetAction(Run);
        return command;
    }

    static async Task<int> Run(ParseResult given, CancellationToken ct)
    {
        await using var database = await BenchDatabase.Create();
        await using var chat = await ServerProcess.Chat(database);
        using var http = new HttpClient { BaseAddress = chat.Address };
        var clients = await People(chat, http, given.GetValue(Clients));
        AnsiConsole.WriteLine($"{clients.Count:N0} clients of {clients.Count / DevicesOfUser:N0} users connect …");
        await Back(clients, ct);
        AnsiConsole.WriteLine($"connected; the API holds {chat.Bytes / 1048576:N0} MB");

        var before = chat.ProcessorTime;
        foreach (var client in clients) client.Cut();
        var times = await Back(clients, ct);
        AnsiConsole.WriteLine(
            $"back and resumed: 50 % after {At(times, 0.5):N1} s, 95 % after {At(times, 0.95):N1} s (target 30), all after {times[^1]:N1} s (target 90); " +
            $"{clients.Sum(static client => client.Attempts) - clients.Count:N0} attempts; the API used {(chat.ProcessorTime - before).TotalSeconds:N1} s of processor and holds {chat.Bytes / 1048576:N0} MB");
        await Parallel.ForEachAsync(clients, ct, static async (client, _) => await client.DisposeAsync());
        return At(times, 0.95) <= 30 && times[^1] <= 90 ? 0 : 1;
    }

    static async Task<List<Client>> People(ServerProcess chat, HttpClient http, int count)
    {
        var clients = new List<Client>();
        while (clients.Count < count)
        {
            var name = $"b{Guid.NewGuid():N}"[..20];
            var person = await ChatClient.SignIn(http, new(name, "correct horse battery", name));
            var room = await person.StartGroup(Guid.NewGuid(), "storm");
            clients.AddRange(Enumerable.Range(0, DevicesOfUser).Select(_ => new Client(chat.Address, person.AccessToken, room.Id)));
        }
        return clients;
    }

    /// <summary>Seconds until each is connected and has resumed, in order.</summary>
    static async Task<List<double>> Back(List<Client> clients, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        var times = await Task.WhenAll(clients.Select(client => Task.Run(async () =>
        {
            await client.ComeBack(ct);
            return Stopwatch.GetElapsedTime(started).TotalSeconds;
        }, ct)));
        return [.. times.Order()];
    }

    static double At(List<double> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
}
