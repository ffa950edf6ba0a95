using System.Threading.Channels;
using Chat.Application.Log;

namespace Chat.Infrastructure.PostgresLog;

sealed record PendingAppend(StreamName Stream, long ExpectedRevision, IReadOnlyList<NewEvent> Events)
{
    public TaskCompletionSource<AppendResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>This append's events as they now stand in the log.</summary>
    public IEnumerable<StoredEvent> Stored(AppendResult result, DateTimeOffset created) => result is AppendResult.Appended appended
        ? Events.Select((e, i) => new StoredEvent(
            new(appended.Position.Commit - (ulong)(Events.Count - 1 - i), appended.Position.Commit - (ulong)(Events.Count - 1 - i)),
            Stream, ExpectedRevision + 1 + i, e.Id, e.Type, e.Data, e.Metadata, created))
        : [];
}

/// <summary>
/// The appends of one transaction, in the order in which they came: bounded, and no two that touch one stream or one event id, so
/// that each stands alone.
/// </summary>
sealed class Batch(ChannelReader<PendingAppend> waiting)
{
    const int MaxEvents = 2_000;
    const int MaxBytes = 4 * 1024 * 1024;

    readonly List<PendingAppend> appends = [];
    readonly HashSet<StreamName> streams = [];
    readonly HashSet<Guid> ids = [];
    PendingAppend? carried; // came next, but did not fit

    public IReadOnlyList<PendingAppend> Appends => appends;

    /// <summary>Waits for appends and takes what there is; false once no more will come.</summary>
    public async ValueTask<bool> Next()
    {
        appends.Clear();
        streams.Clear();
        ids.Clear();
        if (carried is null && !await waiting.WaitToReadAsync()) return false;

        var (events, bytes) = (0, 0);
        while (Take() is { } append)
        {
            var size = append.Events.Sum(static e => e.Data.Length + e.Metadata.Length);
            var fits = appends.Count == 0 || (events + append.Events.Count <= MaxEvents && bytes + size <= MaxBytes);
            if (!fits || !streams.Add(append.Stream) || !append.Events.All(e => ids.Add(e.Id)))
            {
                carried = append;
                break;
            }
            appends.Add(append);
            (events, bytes) = (events + append.Events.Count, bytes + size);
        }
        return true;
    }

    PendingAppend? Take()
    {
        if (carried is not { } first) return waiting.TryRead(out var append) ? append : null;
        carried = null;
        return first;
    }
}
