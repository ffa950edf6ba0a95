using Chat.Application.Log;
using Chat.Infrastructure.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chat.Infrastructure.PostgresLog;

/// <summary>
/// The end of the log in memory, shared by all subscriptions of a node, so that each event is read once and not once a reader.
/// Positions have no gaps but where streams were deleted, so "everything after p" is known as soon as it is contiguous with p.
/// Local commits arrive directly; those of other nodes are read when NOTIFY (or, should that be lost, a poll) says so.
/// </summary>
sealed partial class Tail : IAsyncDisposable
{
    public const string Channel = "chat_log";
    const int MaxEvents = 8_192;
    const long MaxBytes = 16 * 1024 * 1024;
    const int PageSize = 1_000;
    static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    readonly NpgsqlDataSource database;
    readonly Notifier notifier;
    readonly ILogger logger;
    readonly Lock sync = new();
    readonly List<StoredEvent> recent = []; // everything in (floor, head]
    readonly CancellationTokenSource stopping = new();
    readonly Lazy<Task> following;
    bool placed; // false until the log's head has been read: nothing held does not mean nothing there
    LogPosition floor;
    LogPosition head;
    long bytes;
    TaskCompletionSource moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Tail(NpgsqlDataSource database, Notifier notifier, ILogger logger)
    {
        (this.database, this.notifier, this.logger) = (database, notifier, logger);
        following = new(() => Task.Run(FollowOthers)); // with the first reader: before that there may be no schema yet
    }

    /// <summary>Events that this node has just committed, in order of position.</summary>
    public void Committed(IReadOnlyList<StoredEvent> events)
    {
        if (events.Count == 0) return;
        lock (sync)
        {
            // Behind a commit of another node that has not been read yet: then these are read with it.
            if (placed && events[0].Position.Commit == head.Commit + 1) Extend(events, events[^1].Position);
            else Wake();
        }
    }

    /// <summary>The events after a position, up to a page; "until" is what has then been seen, events or not.</summary>
    public async ValueTask<(IReadOnlyList<StoredEvent> Events, LogPosition Until)> After(LogPosition position, CancellationToken ct)
    {
        _ = following.Value;
        lock (sync)
        {
            if (placed && position >= floor && position <= head) return Slice(position);
        }
        return await ReadPage(position, ct);
    }

    /// <summary>Those of these ranges of which every event is held.</summary>
    public Dictionary<StreamRange, IEnumerable<StoredEvent>> Whole(IReadOnlyCollection<StreamRange> ranges)
    {
        StoredEvent[] held;
        lock (sync) held = [.. recent];
        var byStream = ranges.ToDictionary(static range => range.Stream);
        return held.Where(stored => byStream.TryGetValue(stored.Stream, out var range) && stored.Revision >= range.From && stored.Revision - range.From < range.MaxCount)
            .GroupBy(stored => byStream[stored.Stream])
            .Where(static found => found.Count() == found.Key.MaxCount)
            .ToDictionary(static found => found.Key, static found => found.AsEnumerable());
    }

    /// <summary>Lets go of a stream that has been deleted.</summary>
    public void Forget(StreamName stream)
    {
        lock (sync)
        {
            recent.RemoveAll(stored => stored.Stream == stream);
            bytes = recent.Sum(Size);
        }
    }

    /// <summary>Completes when there may be something after this position.</summary>
    public Task Beyond(LogPosition position)
    {
        lock (sync) return head > position ? Task.CompletedTask : moved.Task;
    }

    (IReadOnlyList<StoredEvent>, LogPosition) Slice(LogPosition position)
    {
        var first = FirstAfter(position);
        var page = recent.GetRange(first, Math.Min(PageSize, recent.Count - first));
        return (page, first + page.Count == recent.Count ? head : page[^1].Position);
    }

    int FirstAfter(LogPosition position)
    {
        var (low, high) = (0, recent.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (recent[middle].Position <= position) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    void Extend(IReadOnlyList<StoredEvent> events, LogPosition until)
    {
        recent.AddRange(events);
        bytes += events.Sum(Size);
        head = until;
        if (recent.Count > 2 * MaxEvents || bytes > 2 * MaxBytes) Trim();
        Wake();
    }

    void Trim()
    {
        var drop = 0;
        while (recent.Count - drop > MaxEvents || (bytes > MaxBytes && drop < recent.Count)) bytes -= Size(recent[drop++]);
        floor = recent[drop - 1].Position;
        recent.RemoveRange(0, drop);
    }

    void Restart(LogPosition at)
    {
        recent.Clear();
        (bytes, floor, head, placed) = (0, at, at, true);
        Wake();
    }

    static long Size(StoredEvent stored) => stored.Data.Length + stored.Metadata.Length + 200;

    void Wake()
    {
        var wake = moved;
        moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
        wake.SetResult();
    }

    async Task FollowOthers()
    {
        var pause = TimeSpan.Zero;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await using var others = await notifier.Listen(Deleted, stopping.Token);
                while (true)
                {
                    await CatchUp(stopping.Token);
                    pause = TimeSpan.FromMilliseconds(100);
                    await others.Wait(PollInterval, stopping.Token);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault) when (PostgresFaults.IsUnavailable(fault))
            {
                LogLost(logger, fault);
                await Pause();
            }
            catch (LogDamagedException fault)
            {
                // Held back here, nobody would hear of it: readers are sent to the table, where each meets the damage itself.
                LogDamaged(logger, fault);
                lock (sync)
                {
                    placed = false;
                    Wake();
                }
                await Pause();
            }
        }

        async Task Pause()
        {
            await Task.Delay(pause, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = TimeSpan.FromSeconds(Math.Min(2, pause.TotalSeconds * 2 + 0.1));
        }
    }

    void Deleted(string stream) => Forget(new(stream));

    /// <summary>Reads what other nodes have committed after what is held.</summary>
    async Task CatchUp(CancellationToken ct)
    {
        while (true)
        {
            LogPosition from;
            bool farBehind;
            lock (sync) (from, farBehind) = (head, !placed);
            var committed = await ReadHead(ct);
            if (farBehind || (committed > from && committed.Commit - from.Commit > MaxEvents))
            {
                // As at the start: hold nothing and let readers page.
                lock (sync)
                {
                    if (head == from) Restart(committed);
                }
                continue;
            }
            if (committed <= from) return;

            var (events, until) = await ReadPage(from, ct);
            lock (sync)
            {
                if (head == from) Extend(events, until);
            }
        }
    }

    public async Task<LogPosition> ReadHead(CancellationToken ct)
    {
        await using var command = database.CreateCommand("select position from log.head");
        return await command.ExecuteScalarAsync(ct) is long position ? new(position) : throw new LogDamagedException("log.head has lost its row.");
    }

    /// <summary>As <see cref="After"/>, but always from the table: also what another node has only just acknowledged.</summary>
    public async Task<(IReadOnlyList<StoredEvent> Events, LogPosition Until)> ReadPage(LogPosition after, CancellationToken ct)
    {
        // The head is read first: what is committed by then is in the page that is read next.
        var committed = await ReadHead(ct);
        if (committed <= after) return ([], after);

        await using var command = database.CreateCommand($"select {EventRows.Columns} from log.events where position > $1 order by position limit $2");
        command.Parameters.Add(new() { Value = (long)after.Commit });
        command.Parameters.Add(new() { Value = PageSize });
        var page = new List<StoredEvent>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) page.Add(EventRows.Read(reader));
        if (page.Count == PageSize) return (page, page[^1].Position);
        return (page, page.Count > 0 && page[^1].Position > committed ? page[^1].Position : committed);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        if (following.IsValueCreated) await following.Value;
        stopping.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The event log's notifications are lost; connecting again.")]
    static partial void LogLost(ILogger logger, Exception fault);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The event log is damaged.")]
    static partial void LogDamaged(ILogger logger, Exception fault);
}
