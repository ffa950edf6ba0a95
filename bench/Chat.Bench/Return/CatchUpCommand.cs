using System.CommandLine;
using System.Diagnostics;
using Chat.Bench.Api;
using Chat.Bench.Load;
using Spectre.Console;

namespace Chat.Bench.Return;

/// <summary><c>catchup</c>: a device that was away gets what it missed.</summary>
static class CatchUpCommand
{
    const int Rooms = 10;

    static readonly Option<int> Missed = new("--missed") { DefaultValueFactory = static _ => 500 };
    static readonly Option<int> Rounds = new("--rounds") { DefaultValueFactory = static _ => 200 };

    public static Command Create()
    {
        var command = new Command("catchup", "From the question to the last missed message in hand (target: p50 ≤ 50 ms for 500 messages).") { Missed, Rounds };
        command.SetAction(Run);
        return command;
    }

    static async Task<int> Run(ParseResult given, CancellationToken ct)
    {
        var (missed, rounds) = (given.GetValue(Missed), given.GetValue(Rounds));
        await using var database = await BenchDatabase.Create();
        await using var chat = await ServerProcess.Chat(database);
        using var http = new HttpClient { BaseAddress = chat.Address };
        var name = $"b{Guid.NewGuid():N}"[..20];
        var person = await ChatClient.SignIn(http, new(name, "correct horse battery", name));
        var devices = new List<Client>();
        for (var i = 0; i < Rooms; i++) devices.Add(await Away(chat, person, missed, ct));

        var times = new List<double>();
        for (var round = -Rooms; round < rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            var got = await devices[Math.Abs(round) % Rooms].Resume(ct);
            if (got != missed) throw new InvalidOperationException($"{got} of {missed} came.");
            if (round >= 0) times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds); // each room once to warm up
        }
        times.Sort();
        AnsiConsole.WriteLine($"{missed} missed messages of 120 bytes, {rounds} times: p50 {times[times.Count / 2]:N1} ms (target 50), p99 {times[(int)(times.Count * 0.99)]:N1} ms");
        foreach (var device in devices) await device.DisposeAsync();
        return times[times.Count / 2] <= 50 ? 0 : 1;
    }

    /// <summary>A device that is connected and has missed so many messages of a room of its own.</summary>
    static async Task<Client> Away(ServerProcess chat, ChatClient person, int missed, CancellationToken ct)
    {
        var room = await person.StartGroup(Guid.NewGuid(), "catch up");
        var text = new string('x', 120);
        var sent = await Task.WhenAll(Enumerable.Range(0, missed).Select(_ => person.Send(room.Id, Guid.NewGuid(), text, null)));
        var device = new Client(chat.Address, person.AccessToken, room.Id) { Last = sent.Min(static message => message.Sequence) - 1 };
        await device.Connect(ct);
        while (await device.Resume(ct) < missed) await Task.Delay(20, ct); // until they are projected
        return device;
    }
}
