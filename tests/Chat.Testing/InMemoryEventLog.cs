using System.Runtime.CompilerServices;
using Chat.Application.Log;

namespace Chat.Testing;

/// <summary>The event log as a list. Passes the same contract suite as the real ones.</summary>
public sealed class InMemoryEventLog : IEventLog
{
    const int Page = 500;

    readonly Lock sync = new();
    readonly List<StoredEvent> all = []; // index i holds position i + 1
    readonly Dictionary<StreamName, List<StoredEvent>> streams = [];
    readonly Dictionary<StreamName, long> revisions = [];
    readonly Dictionary<Guid, StoredEvent> byId = [];
    readonly Guid epoch = Guid.NewGuid();
    TaskCompletionSource appended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>False for a log that forgets ids as EventStoreDB does.</summary>
    public bool KnowsEveryId { get; init; } = true;

    public int MaxAppendBytes { get; init; } = 16 * 1024 * 1024;

    public Task<AppendResult> Append(StreamName stream, long expectedRevision, IReadOnlyList<NewEvent> events, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        events.RefuseRepeatedIds();
        events.RefuseMoreThan(MaxAppendBytes);
        lock (sync)
        {
            var known = events.Where(e => byId.ContainsKey(e.Id)).Select(e => byId[e.Id]).Where(e => KnowsEveryId || e.Revision > expectedRevision).Select(e => new StoredId(e.Id, e.Stream, e.Revision, e.Position)).ToList();
            if (known.Count > 0) return Task.FromResult<AppendResult>(new AppendResult.AlreadyStored(known));

            var actual = revisions.GetValueOrDefault(stream, StreamName.NoStream);
            if (actual != expectedRevision) return Task.FromResult<AppendResult>(new AppendResult.Conflict(actual));

            foreach (var e in events)
            {
                StoredEvent stored = new(new(all.Count + 1), stream, ++actual, e.Id, e.Type, e.Data, e.Metadata, DateTimeOffset.UtcNow);
                all.Add(stored);
                byId[e.Id] = stored;
                if (!streams.TryGetValue(stream, out var ofStream)) streams.Add(stream, ofStream = []);
                ofStream.Add(stored);
            }
            revisions[stream] = actual;
            var wake = appended;
            appended = new(TaskCreationOptions.RunContinuationsAsynchronously);
            wake.SetResult();
            return Task.FromResult<AppendResult>(new AppendResult.Appended(actual, new(all.Count)));
        }
    }

    /// <summary>So many events without content at the end of a stream.</summary>
    public async Task AppendSome(StreamName stream, int count, CancellationToken ct) =>
        await Append(stream, await LastRevision(stream, ct), [.. Enumerable.Range(0, count).Select(static _ => new NewEvent(Guid.NewGuid(), "some", default, default))], ct);

    public IAsyncEnumerable<StoredEvent> ReadStream(StreamName stream, long fromRevision, int maxCount, CancellationToken ct) =>
        Of(stream).Where(e => e.Revision >= fromRevision).Take(maxCount).ToAsyncEnumerable();

    public IAsyncEnumerable<StoredEvent> ReadStreamBackwards(StreamName stream, long fromRevision, int maxCount, CancellationToken ct) =>
        Of(stream).Where(e => e.Revision <= fromRevision).Reverse().Take(maxCount).ToAsyncEnumerable();

    public IAsyncEnumerable<StoredEvent> ReadAll(LogPosition after, StreamFilter filter, int maxCount, CancellationToken ct) =>
        After(after).Events.Where(e => filter.Matches(e.Stream)).Take(maxCount).ToAsyncEnumerable();

    public async IAsyncEnumerable<LogMessage> Subscribe(LogPosition after, StreamFilter filter, [EnumeratorCancellation] CancellationToken ct)
    {
        var live = false;
        while (true)
        {
            var (events, head, next) = After(after);
            foreach (var e in events.Take(Page))
            {
                ct.ThrowIfCancellationRequested();
                after = e.Position;
                if (filter.Matches(e.Stream)) yield return new LogMessage.Event(e);
            }
            if (events.Count > 0) yield return new LogMessage.Checkpoint(after);
            if (after < head) continue;

            if (!live) yield return new LogMessage.CaughtUp(after);
            live = true;
            await next.WaitAsync(ct);
        }
    }

    public Task<LogPosition> Head(CancellationToken ct)
    {
        lock (sync) return Task.FromResult(new LogPosition(all.Count));
    }

    public Task<long> LastRevision(StreamName stream, CancellationToken ct)
    {
        lock (sync) return Task.FromResult(revisions.GetValueOrDefault(stream, StreamName.NoStream));
    }

    public Task<Guid> Epoch(CancellationToken ct) => Task.FromResult(epoch);

    public Task Delete(StreamName stream, CancellationToken ct)
    {
        lock (sync)
        {
            if (streams.Remove(stream, out var events))
            {
                foreach (var e in events) byId.Remove(e.Id);
                deleted.Add((stream, events[^1].Revision));
            }
        }
        return Task.CompletedTask;
    }

    readonly List<(StreamName Stream, long Until)> deleted = [];

    List<StoredEvent> Of(StreamName stream)
    {
        lock (sync) return streams.TryGetValue(stream, out var events) ? [.. events] : [];
    }

    (List<StoredEvent> Events, LogPosition Head, Task Next) After(LogPosition position)
    {
        lock (sync)
        {
            var events = all.Skip((int)position.Commit).Where(e => !deleted.Any(gone => gone.Stream == e.Stream && e.Revision <= gone.Until)).ToList();
            return (events, new(all.Count), appended.Task);
        }
    }
}
