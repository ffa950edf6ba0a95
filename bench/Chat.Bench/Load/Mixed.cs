using System.Diagnostics;
using HdrHistogram;
using Spectre.Console;

namespace Chat.Bench.Load;

/// <summary>A working day: people in groups send, read, type, edit, and look at history, inbox and search; first as much as goes, then half of that, paced.</summary>
sealed class Mixed(ChatSide side, Run run)
{
    const int Groups = 20;
    const int People = 10;
    const int AtOnce = 64;

    enum Deed { Send, Typing, Edit, History, Inbox, Search }

    // of a hundred deeds; everybody also reads what arrives
    static readonly (Deed Deed, int Share)[] Shares = [(Deed.Send, 50), (Deed.Typing, 20), (Deed.Edit, 3), (Deed.History, 12), (Deed.Inbox, 10), (Deed.Search, 5)];
    static readonly Deed[] Day = [.. Shares.SelectMany(static share => Enumerable.Repeat(share.Deed, share.Share))];

    readonly List<ChatTalker> talkers = [];
    readonly Dictionary<Deed, LongConcurrentHistogram> times = Shares.ToDictionary(static share => share.Deed, static _ => New());
    long lastId;

    public async Task Measure(CancellationToken ct)
    {
        AnsiConsole.WriteLine($"mixed: {Groups} groups of {People}, everybody online");
        for (var i = 0; i < Groups; i++) talkers.AddRange((await side.Room(People)).Cast<ChatTalker>());
        foreach (var talker in talkers) talker.Reads = true;

        var asMuchAsGoes = new Pace.Closed(AtOnce);
        await run.Warm(length => Round("mixed at its peak", 0, asMuchAsGoes, length, ct));
        var peaks = new List<double>();
        for (var round = 1; round <= run.Rounds; round++)
        {
            var measured = await Round("mixed at its peak", round, asMuchAsGoes, run.Length, ct);
            run.Results.Add(measured);
            peaks.Add(measured.PerSecond);
        }
        var half = new Pace.Open(peaks.Order().ElementAt(peaks.Count / 2) / 2);
        for (var round = 1; round <= run.Rounds; round++) run.Results.Add(await Round("mixed at half of it", round, half, run.Length, ct));
        foreach (var (deed, histogram) in times) AnsiConsole.WriteLine($"mixed at half of it: {deed} p50 {histogram.GetValueAtPercentile(50) / 1_000.0:N1}, p99 {histogram.GetValueAtPercentile(99) / 1_000.0:N1} ms");
        foreach (var talker in talkers) await talker.DisposeAsync();
    }

    // Items are deeds; the latency is from when a send was due to when each of the others had it.
    async Task<Measured> Round(string name, int round, Pace pace, TimeSpan length, CancellationToken ct)
    {
        var latency = New();
        foreach (var histogram in times.Values) histogram.Reset();
        foreach (var talker in talkers)
        {
            talker.Ear.Forget();
            talker.Received = said => latency.RecordValue(Micros(said.Due));
        }
        var (done, sent) = (0L, 0L);
        var before = run.Processors.Now(side.Server);
        var started = Stopwatch.GetTimestamp();
        async Task Next(long i, long due)
        {
            var deed = Day[(int)(i * 37 % Day.Length)]; // all kinds, evenly mixed
            await Do(deed, talkers[(int)(i * 61 % talkers.Count)], due);
            times[deed].RecordValue(Micros(due));
            if (deed == Deed.Send) Interlocked.Increment(ref sent);
            Interlocked.Increment(ref done);
        }
        await pace.Run(length, Next);
        var time = Stopwatch.GetElapsedTime(started);
        var expected = sent * (People - 1);
        while (Heard() < expected && Stopwatch.GetElapsedTime(started) < time + TimeSpan.FromSeconds(10)) await Task.Delay(5, ct);
        return new(name, side.Name, round, done, time, latency, run.Processors.Now(side.Server) - before,
            new((int)(expected - Heard()), talkers.Sum(static talker => talker.Ear.Doubled), talkers.Sum(static talker => talker.Ear.Misordered)));
    }

    async Task Do(Deed deed, ChatTalker talker, long due)
    {
        switch (deed)
        {
            case Deed.Send:
                await talker.Send(new Said(due, Interlocked.Increment(ref lastId)).ToString());
                break;
            case Deed.Typing:
                await talker.Typing();
                break;
            case Deed.Edit when (await talker.Person.Newest(talker.Conversation)).Entries.LastOrDefault(entry => entry.By == talker.Person.UserId && entry.Message is not null) is { Message: { } own }:
                await talker.Person.Edit(talker.Conversation, own.Id, "edited");
                break;
            case Deed.History or Deed.Edit:
                await talker.Person.Newest(talker.Conversation);
                break;
            case Deed.Inbox:
                await talker.Person.Inbox();
                break;
            case Deed.Search:
                await talker.Person.Search("edited");
                break;
        }
    }

    long Heard() => talkers.Sum(static talker => (long)talker.Ear.Count);

    static long Micros(long since) => Math.Max(1, (long)Stopwatch.GetElapsedTime(since).TotalMicroseconds);

    static LongConcurrentHistogram New() => new(1, TimeSpan.FromMinutes(5).Ticks / TimeSpan.TicksPerMicrosecond, 3);
}
