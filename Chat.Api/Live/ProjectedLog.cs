using System.Runtime.CompilerServices;
using Chat.Application.Log;
using Chat.Infrastructure.ReadModels;

namespace Chat.Api.Live;

/// <summary>The end of the log as clients may hear of it: each event as soon as the read models have it, so that what is told can be read.</summary>
sealed class ProjectedLog(ReadModelProgress progress, IEventLog log)
{
    const int MaxWaiting = 1_000;

    /// <summary>Where the end is for whoever begins to follow it.</summary>
    public async Task<LogPosition> Now(string[] models, CancellationToken ct)
    {
        var applied = progress.Applied(models);
        // at the very start nothing is known of the read models, and nobody is there who could have missed anything
        return applied > LogPosition.Start ? applied : await log.Head(ct);
    }

    /// <summary>What is appended from now on, in order, until cancelled.</summary>
    public async IAsyncEnumerable<IReadOnlyList<StoredEvent>> Follow(StreamFilter filter, string[] models, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var (events, _) in Follow(await Now(models, ct), filter, models, ct))
        {
            if (events.Count > 0) yield return events;
        }
    }

    /// <summary>What is appended after a position, in order, until cancelled: each time all that the read models have by then, which may be nothing that matches.</summary>
    public async IAsyncEnumerable<(IReadOnlyList<StoredEvent> Events, LogPosition Until)> Follow(
        LogPosition after, StreamFilter filter, string[] models, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var arrivals = new Arrivals(log, after, filter, ct);
        var waiting = new List<StoredEvent>();
        while (true)
        {
            if (waiting.Count == 0) waiting = await arrivals.Next(MaxWaiting);
            var applied = waiting.Count > 0 ? await progress.Reach(waiting[0].Position, models, ct) : arrivals.Until;
            waiting.AddRange(await arrivals.Take(MaxWaiting - waiting.Count)); // meanwhile
            var later = waiting.FindIndex(stored => stored.Position > applied);
            var (ready, until) = later < 0 ? (waiting, arrivals.Until) : (waiting[..later], applied);
            waiting = waiting[ready.Count..];
            yield return (ready, until);
        }
    }
}
