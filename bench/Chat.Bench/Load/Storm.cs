using System.Diagnostics;
using Chat.Bench.Api;
using HdrHistogram;
using Spectre.Console;

namespace Chat.Bench.Load;

/// <summary>Thousands of devices lose their connection at one moment and all come back, while people go on talking.</summary>
sealed class Storm(ChatSide side, Run run)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly List<(ChatClient Person, Guid Room)> rooms = [];
    readonly List<Device> devices = [];

    public async Task Measure(int connections, CancellationToken ct)
    {
        using var patient = new HttpClient(new PatientHandler(Patience)) { BaseAddress = side.Server.Address }; // what is shed in the storm is said again
        foreach (var person in await ChatSide.People((connections + Idle.SocketsOfUser - 1) / Idle.SocketsOfUser, patient))
        {
            var room = await person.StartGroup(Guid.NewGuid(), "storm");
            rooms.Add((person, room.Id));
            devices.AddRange(Enumerable.Range(0, Idle.SocketsOfUser).Select(_ => new Device(side.Server.Address, person.AccessToken, room.Id)));
        }
        AnsiConsole.WriteLine($"storm: {devices.Count:N0} devices of {rooms.Count:N0} users; one message a user while they are away, one after they are back");
        await Back(Stopwatch.GetTimestamp(), ct);
        for (var round = 1; round <= run.Rounds; round++)
        {
            var measured = await Round(round, ct);
            run.Results.Add(measured);
            AnsiConsole.WriteLine($"storm {round}: 95 % back after {measured.Milliseconds(95) / 1_000:N1} s (goal 30), all after {measured.Milliseconds(100) / 1_000:N1} s (goal 90); the API holds {side.Server.Bytes / 1048576:N0} MB");
        }
        await Parallel.ForEachAsync(devices, ct, static async (device, _) => await device.DisposeAsync());
    }

    // Items are devices; the latency is from the cut to when each has resumed.
    async Task<Measured> Round(int round, CancellationToken ct)
    {
        var misordered = devices.Sum(static device => device.Misordered);
        var before = run.Processors.Now(side.Server);
        var cut = Stopwatch.GetTimestamp();
        foreach (var device in devices) device.Cut();
        var saying = Say(ct);
        var latency = await Back(cut, ct);
        var time = Stopwatch.GetElapsedTime(cut);
        await saying;
        var heads = await Say(ct);
        var said = Stopwatch.GetTimestamp();
        while (Lost(heads) > 0 && Stopwatch.GetElapsedTime(said) < Patience) await Task.Delay(5, ct);
        return new(
            "storm", side.Name, round, devices.Count, time, latency, run.Processors.Now(side.Server) - before,
            new(Lost(heads), 0, devices.Sum(static device => device.Misordered) - misordered));
    }

    /// <summary>Something in each room; returns the sequences.</summary>
    async Task<long[]> Say(CancellationToken ct)
    {
        var heads = new long[rooms.Count];
        await Parallel.ForAsync(0, rooms.Count, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = ct }, async (i, _) =>
            heads[i] = (await rooms[i].Person.Send(rooms[i].Room, Guid.NewGuid(), "still here?", null)).Sequence);
        return heads;
    }

    int Lost(long[] heads) => devices.Index().Count(device => device.Item.Last < heads[device.Index / Idle.SocketsOfUser]);

    /// <summary>From then until each is connected and has resumed.</summary>
    async Task<LongConcurrentHistogram> Back(long since, CancellationToken ct)
    {
        var latency = new LongConcurrentHistogram(1, TimeSpan.FromMinutes(5).Ticks / TimeSpan.TicksPerMicrosecond, 3);
        await Task.WhenAll(devices.Select(device => Task.Run(async () =>
        {
            await device.ComeBack(ct);
            latency.RecordValue((long)Stopwatch.GetElapsedTime(since).TotalMicroseconds);
        }, ct)));
        return latency;
    }
}
