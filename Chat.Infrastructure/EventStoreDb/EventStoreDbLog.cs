using System.Diagnostics;
using System.Runtime.CompilerServices;
using Chat.Application.Log;
using Chat.Infrastructure.EventStoreDb.Wire;
using Chat.Infrastructure.Log;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.EventStoreDb;

/// <summary>The event log in EventStoreDB (KurrentDB) over gRPC. docs/adr/0009-eventstoredb-log.md says how its rules become the port's.</summary>
public sealed class EventStoreDbLog : IEventLog, ILogCheck, IAsyncDisposable
{
    const int PageSize = 500;

    // whoever asks for readiness does not wait as long as whoever appends
    static readonly TimeSpan CheckDeadline = TimeSpan.FromSeconds(2.5);

    static readonly TimeSpan ReplicationTakes = TimeSpan.FromMilliseconds(5);

    readonly ConnectionString settings;
    readonly Cluster cluster; // its leader, which alone shows at once what was just appended
    readonly Cluster followed; // the node that subscriptions are to burden
    readonly StoredForm form;
    readonly Requests requests;
    readonly HeadOfLog head;
    readonly Ledger ledger = new();

    /// <param name="maxAppendBytes">The server's --max-append-size.</param>
    /// <param name="streamPrefix">Begins the name of every stream of this log, where it shares the server with others.</param>
    public EventStoreDbLog(ConnectionString settings, int maxAppendBytes, string streamPrefix, ILogger<EventStoreDbLog> logger)
    {
        (this.settings, form, requests) = (settings, new(streamPrefix), new(streamPrefix));
        head = new(requests);
        cluster = new(settings with { NodePreference = NodePreference.Leader }, logger);
        followed = settings.NodePreference == NodePreference.Leader ? cluster : new(settings, logger);
        MaxAppendBytes = maxAppendBytes;
    }

    public bool KnowsEveryId => false;

    public int MaxAppendBytes { get; }

    public async Task<AppendResult> Append(StreamName stream, long expectedRevision, IReadOnlyList<NewEvent> events, CancellationToken ct)
    {
        events.RefuseRepeatedIds();
        events.RefuseMoreThan(MaxAppendBytes);
        if (events.Count == 0) return await Check(stream, expectedRevision, ct);
        var result = await TryAppend(form.StreamOf(stream), expectedRevision, events, ct);
        return result is AppendResult.Conflict conflict ? await Explain(stream, expectedRevision, conflict.ActualRevision, events, ct) : result;
    }

    async Task<AppendResult> Check(StreamName stream, long expectedRevision, CancellationToken ct) =>
        await LastRevision(stream, ct) is var actual && actual != expectedRevision
            ? new AppendResult.Conflict(actual)
            : new AppendResult.Appended(actual, await Head(ct));

    async Task<AppendResult> TryAppend(StreamIdentifier stream, long? expected, IReadOnlyList<NewEvent> events, CancellationToken ct)
    {
        var append = new AppendCall(stream, expected, [.. events.Select(static e => StoredForm.Of(e, Guid.NewGuid()))]);
        return await cluster.Call(async (node, limit) => await (await node.Appends()).Append(append, limit), ct);
    }

    /// <summary>
    /// Why the stream is elsewhere than expected: because these events, or some of them, are there already, or others are. A cluster refuses by what its
    /// leader has written, and shows that to readers only when most nodes have it: until then nobody can tell, and it is waited for.
    /// </summary>
    async Task<AppendResult> Explain(StreamName stream, long expectedRevision, long written, IReadOnlyList<NewEvent> events, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        for (var pause = ReplicationTakes; ; pause = Cluster.Longer(pause))
        {
            var visible = await LastRevision(stream, ct);
            if (visible >= written)
            {
                var known = await KnownAfter(stream, expectedRevision, events, ct);
                return known.Count > 0 ? new AppendResult.AlreadyStored(known) : new AppendResult.Conflict(visible);
            }
            if (settings.DefaultDeadline is var limit && limit != System.Threading.Timeout.InfiniteTimeSpan && Stopwatch.GetElapsedTime(started) > limit)
            {
                throw new LogUnavailableException($"EventStoreDB has event {written} of {stream}, but most of its nodes do not: it cannot be read.");
            }
            await Task.Delay(pause, ct);
        }
    }

    async Task<List<StoredId>> KnownAfter(StreamName stream, long revision, IReadOnlyList<NewEvent> events, CancellationToken ct)
    {
        var (ids, known) = (events.Select(static e => e.Id).ToHashSet(), new List<StoredId>());
        await foreach (var stored in ReadStream(stream, revision + 1, int.MaxValue, ct))
        {
            if (ids.Contains(stored.Id)) known.Add(new(stored.Id, stream, stored.Revision, stored.Position));
        }
        return known;
    }

    public async IAsyncEnumerable<StoredEvent> ReadStream(
        StreamName stream, long fromRevision, int maxCount, [EnumeratorCancellation] CancellationToken ct)
    {
        var next = fromRevision;
        for (var left = maxCount; left > 0;)
        {
            var page = await ReadPage(Requests.Stream(form.StreamOf(stream), next, Math.Min(left, PageSize)), ct);
            foreach (var stored in page)
            {
                // the first may be later than asked for, where what was before has been deleted
                if (stored.Revision != next && next != fromRevision) throw new LogDamagedException($"{stream}: expected event {next}, got {stored.Revision}.");
                next = stored.Revision + 1;
                yield return stored;
            }
            if (page.Count < Math.Min(left, PageSize)) yield break;
            left -= page.Count;
        }
    }

    public async IAsyncEnumerable<StoredEvent> ReadStreamBackwards(
        StreamName stream, long fromRevision, int maxCount, [EnumeratorCancellation] CancellationToken ct)
    {
        for (var (next, left) = (fromRevision, maxCount); left > 0 && next >= 0;)
        {
            var page = await ReadPage(Requests.StreamBackwards(form.StreamOf(stream), next, Math.Min(left, PageSize)), ct);
            foreach (var stored in page)
            {
                if (stored.Revision != next && next != fromRevision) throw new LogDamagedException($"{stream}: expected event {next}, got {stored.Revision}.");
                next = stored.Revision - 1;
                yield return stored;
            }
            if (page.Count < Math.Min(left, PageSize)) yield break;
            left -= page.Count;
        }
    }

    public async IAsyncEnumerable<StoredEvent> ReadAll(
        LogPosition after, StreamFilter filter, int maxCount, [EnumeratorCancellation] CancellationToken ct)
    {
        await CatchUpLedger(ct);
        for (var left = maxCount; left > 0;)
        {
            // a read begins with the event at its position; here that has been read before
            var page = await ReadPage(requests.All(after, filter, PageSize + 1), ct);
            foreach (var stored in page.Where(stored => stored.Position > after))
            {
                after = stored.Position;
                if (!ledger.Shows(stored)) continue;
                yield return stored;
                if (--left == 0) yield break;
            }
            if (page.Count <= PageSize) yield break;
        }
    }

    public async IAsyncEnumerable<LogMessage> Subscribe(LogPosition after, StreamFilter filter, [EnumeratorCancellation] CancellationToken ct)
    {
        await CatchUpLedgerWhenever(ct);
        await using var subscription = new Subscription(followed, requests, after);
        var (live, unreported) = (false, 0);
        while (true)
        {
            var next = subscription.Next(ct);
            // EventStoreDB says only every so often how far it is; the last event that came says it at once.
            if (unreported > 0 && (!next.IsCompleted || unreported >= PageSize))
            {
                unreported = 0;
                yield return new LogMessage.Checkpoint(subscription.Position);
            }
            var message = await next;
            switch (message.ContentCase)
            {
                case ReadResp.ContentOneofCase.Event:
                    var stored = form.Read(message.Event.Event);
                    if (stored.Stream == Ledger.Stream) ledger.Learn(stored);
                    unreported++;
                    if (filter.Matches(stored.Stream) && ledger.Shows(stored)) yield return new LogMessage.Event(stored);
                    break;
                case ReadResp.ContentOneofCase.Confirmation when live: // a connection was lost in between
                    live = false;
                    yield return new LogMessage.FellBehind(subscription.Position);
                    break;
                case ReadResp.ContentOneofCase.CaughtUp when !live:
                    live = true;
                    if (unreported > 0) yield return new LogMessage.Checkpoint(subscription.Position);
                    unreported = 0;
                    yield return new LogMessage.CaughtUp(subscription.Position);
                    break;
            }
        }
    }

    public Task<LogPosition> Head(CancellationToken ct) => cluster.Call(head.Read, ct);

    public Task<long> LastRevision(StreamName stream, CancellationToken ct) => cluster.Call(async (node, limit) =>
    {
        using var call = node.Streams.Read(Requests.LastOf(form.StreamOf(stream)), cancellationToken: limit);
        var last = StreamName.NoStream;
        await foreach (var message in call.ResponseStream.ReadAllAsync(limit))
        {
            last = message.ContentCase switch
            {
                ReadResp.ContentOneofCase.Event => (long)message.Event.Event.StreamRevision,
                // all that was there has been deleted
                ReadResp.ContentOneofCase.LastStreamPosition => (long)message.LastStreamPosition,
                _ => last,
            };
        }
        return last;
    }, ct);

    public async Task<Guid> Epoch(CancellationToken ct)
    {
        while (true)
        {
            if (ledger.Epoch is { } epoch) return epoch;
            await CatchUpLedger(ct);
            if (ledger.Epoch is null) await Append(Ledger.Stream, StreamName.NoStream, [Ledger.Start(Guid.NewGuid())], ct);
        }
    }

    public async Task Delete(StreamName stream, CancellationToken ct)
    {
        if (await LastRevision(stream, ct) is var last && last == StreamName.NoStream) return;
        await Epoch(ct); // the ledger begins with it
        await TryAppend(form.StreamOf(Ledger.Stream), null, [Ledger.Delete(stream, last)], ct);
        await TryAppend(form.MetadataOf(stream), null, [Ledger.Truncation(last)], ct);
    }

    public async Task<string?> Trouble(CancellationToken ct)
    {
        try
        {
            await cluster.Call(head.Read, ct, CheckDeadline);
            return null;
        }
        catch (LogUnavailableException fault)
        {
            return fault.Message;
        }
    }

    async Task CatchUpLedger(CancellationToken ct)
    {
        await foreach (var entry in ReadStream(Ledger.Stream, ledger.Revision + 1, int.MaxValue, ct)) ledger.Learn(entry);
    }

    /// <summary>A subscription outlives an outage.</summary>
    async Task CatchUpLedgerWhenever(CancellationToken ct)
    {
        for (var pause = Cluster.FirstPause; ; pause = Cluster.Longer(pause))
        {
            try
            {
                await CatchUpLedger(ct);
                return;
            }
            catch (LogUnavailableException fault) when (fault.InnerException is not EventStoreDbSettingException)
            {
                await Task.Delay(pause, ct);
            }
        }
    }

    Task<List<StoredEvent>> ReadPage(ReadReq request, CancellationToken ct) => cluster.Call(async (node, limit) =>
    {
        var page = new List<StoredEvent>();
        using var call = node.Streams.Read(request, cancellationToken: limit);
        try
        {
            await foreach (var message in call.ResponseStream.ReadAllAsync(limit))
            {
                if (message.ContentCase == ReadResp.ContentOneofCase.Event) page.Add(form.Read(message.Event.Event));
            }
        }
        catch (RpcException fault) when (ServerFaults.IsStreamDeleted(fault))
        {
            return []; // tombstoned by other hands
        }
        catch (RpcException fault) when (ServerFaults.IsInvalidPosition(fault))
        {
            throw new LogDamagedException("A position is none of this log: it comes from another one.");
        }
        return page;
    }, ct);

    public async ValueTask DisposeAsync()
    {
        await followed.DisposeAsync();
        await cluster.DisposeAsync();
    }
}
