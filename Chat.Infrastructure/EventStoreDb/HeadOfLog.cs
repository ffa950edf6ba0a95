using Chat.Application.Log;
using Chat.Infrastructure.EventStoreDb.Wire;
using Grpc.Core;
using Recorded = Chat.Infrastructure.EventStoreDb.Wire.ReadResp.Types.ReadEvent.Types.RecordedEvent;

namespace Chat.Infrastructure.EventStoreDb;

/// <summary>
/// Where the log ends. On a server that others write to, too, its last event may stand far before the server's, and a filtered read looks at all that is
/// between: so it is remembered up to where has been looked, and only what came since is looked through.
/// </summary>
sealed class HeadOfLog(Requests requests)
{
    // bytes of the server's log: more than that is looked through from its end, as events of this log on the way would all be sent
    const ulong MaxForwards = 4 * 1024 * 1024;

    readonly Lock sync = new();
    LogPosition looked = LogPosition.Start; // up to here
    LogPosition found = LogPosition.Start; // the last event of this log until there

    public async Task<LogPosition> Read(Node node, CancellationToken ct)
    {
        if (await Last(node, Requests.EndOfServer(), ct) is not { } end) return LogPosition.Start;
        var at = StoredForm.PositionOf(end);
        if (requests.IsOfThisLog(end)) return Remember(at, at);

        var (before, known) = Remembered();
        if (at == before) return known;
        var isNear = before > LogPosition.Start && at > before && at.Commit - before.Commit <= MaxForwards;
        var last = await Last(node, isNear ? requests.From(before) : requests.LastOfAll(), ct) is { } newer ? StoredForm.PositionOf(newer) : LogPosition.Start;
        return Remember(isNear && known > last ? known : last, last > at ? last : at);
    }

    static async Task<Recorded?> Last(Node node, ReadReq request, CancellationToken ct)
    {
        using var call = node.Streams.Read(request, cancellationToken: ct);
        Recorded? last = null;
        await foreach (var message in call.ResponseStream.ReadAllAsync(ct)) last = message.ContentCase == ReadResp.ContentOneofCase.Event ? message.Event.Event : last;
        return last;
    }

    (LogPosition Looked, LogPosition Found) Remembered()
    {
        lock (sync) return (looked, found);
    }

    // A server that was set back to a backup ends earlier than was looked: then that counts.
    LogPosition Remember(LogPosition last, LogPosition until)
    {
        lock (sync) (found, looked) = (last, until);
        return last;
    }
}
