using System.Diagnostics;
using HdrHistogram;
using Spectre.Console;

namespace Chat.Bench.Load;

/// <summary>A connected device that was away asks for what it missed and has it.</summary>
sealed class CatchUp(ChatSide side, Run run)
{
    const int Missed = 500; // as many as one resume answers
    const int Rooms = 10;
    const int TimesEach = 10; // in a round

    public async Task Measure(CancellationToken ct)
    {
        AnsiConsole.WriteLine($"catchup: {Missed} missed messages of 120 bytes in each of {Rooms} conversations, asked for one after the other");
        var person = (await side.People(1))[0];
        var away = new List<(Device Device, long Had)>();
        for (var i = 0; i < Rooms; i++) away.Add(await Away(person, ct));
        await Round(0, away, ct);
        for (var round = 1; round <= run.Rounds; round++) run.Results.Add(await Round(round, away, ct));
        foreach (var (device, _) in away) await device.DisposeAsync();
    }

    /// <summary>A device that is connected and has missed so many messages of a room of its own.</summary>
    async Task<(Device Device, long Had)> Away(Api.ChatClient person, CancellationToken ct)
    {
        var room = await person.StartGroup(Guid.NewGuid(), "catch up");
        var text = new string('x', 120);
        var sent = await Task.WhenAll(Enumerable.Range(0, Missed).Select(_ => person.Send(room.Id, Guid.NewGuid(), text, null)));
        var had = sent.Min(static message => message.Sequence) - 1;
        var device = new Device(side.Server.Address, person.AccessToken, room.Id);
        await device.Connect(ct);
        do
        {
            device.HasUpTo(had);
        }
        while (await device.Resume(ct) < Missed); // until they are projected
        return (device, had);
    }

    async Task<Measured> Round(int round, List<(Device Device, long Had)> away, CancellationToken ct)
    {
        var (latency, lost) = (new LongHistogram(1, TimeSpan.FromMinutes(5).Ticks / TimeSpan.TicksPerMicrosecond, 3), 0);
        var misordered = away.Sum(static one => one.Device.Misordered);
        var before = run.Processors.Now(side.Server);
        var started = Stopwatch.GetTimestamp();
        foreach (var (device, had) in Enumerable.Repeat(away, TimesEach).SelectMany(static all => all))
        {
            device.HasUpTo(had);
            var asked = Stopwatch.GetTimestamp();
            await device.Resume(ct);
            latency.RecordValue((long)Stopwatch.GetElapsedTime(asked).TotalMicroseconds);
            lost += (int)(had + Missed - device.Last);
        }
        return new(
            "catchup", side.Name, round, latency.TotalCount, Stopwatch.GetElapsedTime(started), latency, run.Processors.Now(side.Server) - before,
            new(lost, 0, away.Sum(static one => one.Device.Misordered) - misordered));
    }
}
