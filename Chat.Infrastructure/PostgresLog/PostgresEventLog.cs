using System.Runtime.CompilerServices;
using Chat.Application.Log;
using Chat.Infrastructure.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chat.Infrastructure.PostgresLog;

/// <summary>
/// The event log in PostgreSQL. Positions are given in commit order and without gaps: the transaction that gives them holds the row
/// lock on log.head until its commit is visible, so nobody ever sees p+1 before p. docs/adr/0003-postgres-log.md says why that holds.
/// </summary>
public sealed class PostgresEventLog : IEventLog, IAsyncDisposable
{
    const int PageSize = 1_000;

    readonly NpgsqlDataSource database;
    readonly Tail tail;
    readonly Notifier notifier;
    readonly GroupCommit writer;

    public PostgresEventLog(NpgsqlDataSource database, ILogger<PostgresEventLog> logger)
    {
        this.database = database;
        notifier = new(database, Tail.Channel, TimeProvider.System, logger);
        tail = new(database, notifier, logger);
        writer = new(database, committed =>
        {
            tail.Committed(committed);
            notifier.Ask();
        });
    }

    public bool KnowsEveryId => true;

    public int MaxAppendBytes => 16 * 1024 * 1024;

    public async Task<AppendResult> Append(StreamName stream, long expectedRevision, IReadOnlyList<NewEvent> events, CancellationToken ct)
    {
        events.RefuseRepeatedIds();
        events.RefuseMoreThan(MaxAppendBytes);
        return await writer.Append(stream, expectedRevision, events, ct);
    }

    public async IAsyncEnumerable<StoredEvent> ReadStream(
        StreamName stream, long fromRevision, int maxCount, [EnumeratorCancellation] CancellationToken ct)
    {
        var next = fromRevision;
        for (var left = maxCount; left > 0;)
        {
            var page = await ReadPage("stream = $1 and revision >= $2 order by revision", stream.Value, next, Math.Min(left, PageSize), ct);
            foreach (var stored in page)
            {
                // A stream that was deleted goes on at a later revision; within what is stored nothing may be missing.
                if (stored.Revision != next && (next != fromRevision || await HasBefore(stream, stored.Revision, ct)))
                {
                    throw new LogDamagedException($"{stream}: expected event {next}, got {stored.Revision}.");
                }
                next = stored.Revision + 1;
                yield return stored;
            }
            if (page.Count < Math.Min(left, PageSize)) yield break;
            left -= page.Count;
        }
    }

    public async IAsyncEnumerable<StoredEvent> ReadStreams(IReadOnlyCollection<StreamRange> ranges, [EnumeratorCancellation] CancellationToken ct)
    {
        var held = tail.Whole(ranges);
        var others = ranges.Where(range => !held.ContainsKey(range)).ToList();
        var read = (others.Count > 0 ? await Guarded(() => ReadRanges(others, ct)) : []).ToLookup(static stored => stored.Stream);
        StoredEvent? before = null;
        foreach (var stored in ranges.SelectMany(range => held.GetValueOrDefault(range) ?? read[range.Stream]))
        {
            if (before?.Stream == stored.Stream && stored.Revision != before.Revision + 1)
            {
                throw new LogDamagedException($"{stored.Stream}: expected event {before.Revision + 1}, got {stored.Revision}.");
            }
            yield return before = stored;
        }
    }

    public async IAsyncEnumerable<StoredEvent> ReadStreamBackwards(
        StreamName stream, long fromRevision, int maxCount, [EnumeratorCancellation] CancellationToken ct)
    {
        var next = fromRevision;
        for (var left = maxCount; left > 0;)
        {
            var page = await ReadPage("stream = $1 and revision <= $2 order by revision desc", stream.Value, next, Math.Min(left, PageSize), ct);
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
        for (var left = maxCount; left > 0;)
        {
            var (events, until) = await Guarded(() => tail.ReadPage(after, ct));
            foreach (var stored in events)
            {
                if (!filter.Matches(stored.Stream)) continue;
                yield return stored;
                if (--left == 0) yield break;
            }
            if (until == after) yield break;
            after = until;
        }
    }

    public async IAsyncEnumerable<LogMessage> Subscribe(LogPosition after, StreamFilter filter, [EnumeratorCancellation] CancellationToken ct)
    {
        var live = false;
        while (true)
        {
            var (events, until) = await PageWhenever(after, ct);
            if (live && events.Count == PageSize)
            {
                live = false;
                yield return new LogMessage.FellBehind(after);
            }
            foreach (var stored in events)
            {
                ct.ThrowIfCancellationRequested();
                if (filter.Matches(stored.Stream)) yield return new LogMessage.Event(stored);
            }
            if (until > after) yield return new LogMessage.Checkpoint(until);
            var moved = until > after;
            after = until;
            if (moved && events.Count > 0) continue; // there may be more

            if (!live)
            {
                live = true;
                yield return new LogMessage.CaughtUp(after);
            }
            await tail.Beyond(after).WaitAsync(ct);
        }
    }

    public async Task<LogPosition> Head(CancellationToken ct) => await Guarded(() => tail.ReadHead(ct));

    public Task<long> LastRevision(StreamName stream, CancellationToken ct) => Guarded(async () =>
    {
        await using var command = database.CreateCommand("""
            select coalesce(
                (select max(revision) from log.events where stream = $1), (select revision from log.deleted where stream = $1), -1)
            """);
        command.Parameters.Add(new() { Value = stream.Value });
        return (long)(await command.ExecuteScalarAsync(ct))!;
    });

    public Task<Guid> Epoch(CancellationToken ct) => Guarded(async () =>
    {
        await using var command = database.CreateCommand("select epoch from log.head");
        return await command.ExecuteScalarAsync(ct) is Guid epoch ? epoch : throw new LogDamagedException("log.head has lost its row.");
    });

    public Task Delete(StreamName stream, CancellationToken ct) => Guarded(async () =>
    {
        await using var command = database.CreateCommand($"""
            with gone as (delete from log.events where stream = $1 returning revision),
            noted as (
                insert into log.deleted (stream, revision) select $1, max(revision) from gone having count(*) > 0
                on conflict (stream) do update set revision = excluded.revision
            )
            select pg_notify('{Tail.Channel}', $1)
            """);
        command.Parameters.Add(new() { Value = stream.Value });
        await command.ExecuteNonQueryAsync(ct);
        tail.Forget(stream);
        return true;
    });

    async Task<bool> HasBefore(StreamName stream, long revision, CancellationToken ct) =>
        (await ReadPage("stream = $1 and revision < $2 order by revision desc", stream.Value, revision, 1, ct)).Count > 0;

    Task<List<StoredEvent>> ReadPage(string where, string stream, long revision, int limit, CancellationToken ct) => Guarded(async () =>
    {
        await using var command = database.CreateCommand($"select {EventRows.Columns} from log.events where {where} limit $3");
        command.Parameters.Add(new() { Value = stream });
        command.Parameters.Add(new() { Value = revision });
        command.Parameters.Add(new() { Value = limit });
        return await ReadRows(command, ct);
    });

    async Task<List<StoredEvent>> ReadRanges(IReadOnlyCollection<StreamRange> ranges, CancellationToken ct)
    {
        await using var command = database.Command(
            $"""
            select {EventRows.Columns} from unnest($1::text[], $2::bigint[], $3::bigint[]) with ordinality as wanted(of, first, most, place)
            cross join lateral (select * from log.events where stream = wanted.of and revision >= wanted.first order by revision limit wanted.most) e
            order by wanted.place, revision
            """,
            ranges.Select(static range => range.Stream.Value).ToArray(), ranges.Select(static range => range.From).ToArray(),
            ranges.Select(static range => (long)range.MaxCount).ToArray());
        return await ReadRows(command, ct);
    }

    static async Task<List<StoredEvent>> ReadRows(NpgsqlCommand command, CancellationToken ct)
    {
        var rows = new List<StoredEvent>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) rows.Add(EventRows.Read(reader));
        return rows;
    }

    /// <summary>A subscription outlives an outage: it asks again, from where it is.</summary>
    async Task<(IReadOnlyList<StoredEvent> Events, LogPosition Until)> PageWhenever(LogPosition after, CancellationToken ct)
    {
        for (var pause = TimeSpan.FromMilliseconds(50); ; pause = TimeSpan.FromMilliseconds(Math.Min(2_000, pause.TotalMilliseconds * 2)))
        {
            try
            {
                return await Guarded(() => tail.After(after, ct).AsTask());
            }
            catch (LogUnavailableException)
            {
                await Task.Delay(pause, ct);
            }
        }
    }

    static async Task<T> Guarded<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception fault) when (PostgresFaults.IsUnavailable(fault))
        {
            throw PostgresFaults.Translate(fault);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // the two that use the notifier before it
        await writer.DisposeAsync();
        await tail.DisposeAsync();
        await notifier.DisposeAsync();
    }
}
