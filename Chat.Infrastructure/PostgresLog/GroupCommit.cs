using System.Diagnostics;
using System.Threading.Channels;
using Chat.Application.Log;
using Chat.Infrastructure.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Chat.Infrastructure.PostgresLog;

/// <summary>
/// The one writer of a node: takes all appends that wait and commits them as one transaction in one round trip. While it commits,
/// the next ones gather, so the batch grows with the load.
/// </summary>
sealed class GroupCommit : IAsyncDisposable
{
    const int MaxWaiting = 10_000;

    static readonly string AppendAllSql = EmbeddedSql.Read("append-all.sql");
    static readonly string AppendEachSql = EmbeddedSql.Read("append-each.sql");

    readonly NpgsqlDataSource database;
    readonly Action<IReadOnlyList<StoredEvent>> committed;
    readonly Channel<PendingAppend> waiting = Channel.CreateBounded<PendingAppend>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    readonly CancellationTokenSource stopping = new();
    readonly Task writing;
    NpgsqlConnection? connection;

    /// <param name="committed">Told of the events of each commit, in order of position.</param>
    public GroupCommit(NpgsqlDataSource database, Action<IReadOnlyList<StoredEvent>> committed)
    {
        (this.database, this.committed) = (database, committed);
        writing = Task.Run(WriteUntilStopped);
    }

    public async Task<AppendResult> Append(StreamName stream, long expectedRevision, IReadOnlyList<NewEvent> events, CancellationToken ct)
    {
        var append = new PendingAppend(stream, expectedRevision, events);
        await waiting.Writer.WriteAsync(append, ct);
        return await append.Done.Task.WaitAsync(ct);
    }

    async Task WriteUntilStopped()
    {
        var batch = new Batch(waiting.Reader);
        while (await batch.Next())
        {
            await Commit(batch.Appends);
            // Those who were just answered often come back at once: let them, and the next commit holds them too.
            await Task.Yield();
        }
    }

    async Task Commit(IReadOnlyList<PendingAppend> appends)
    {
        using var activity = LogTelemetry.Source.StartActivity("log.commit");
        activity?.SetTag("chat.log.appends", appends.Count);
        var started = Stopwatch.GetTimestamp();
        try
        {
            var created = NowInMicroseconds();
            var results = await Execute(appends, created);
            LogTelemetry.Committed(appends, Stopwatch.GetElapsedTime(started));
            committed([.. appends.SelectMany((append, i) => append.Stored(results[i], created)).OrderBy(static stored => stored.Position)]);
            for (var i = 0; i < appends.Count; i++) appends[i].Done.TrySetResult(results[i]);
        }
        catch (Exception fault)
        {
            // Whether the commit happened is unknown. The ids tell whoever repeats an append.
            await Disconnect();
            var told = stopping.IsCancellationRequested ? new LogUnavailableException("The log is closing.", fault) : PostgresFaults.Translate(fault);
            foreach (var append in appends) append.Done.TrySetException(told);
        }
    }

    // Each try is a lock and a statement in one round trip and one transaction: an NpgsqlBatch ends with a single Sync.
    async Task<AppendResult[]> Execute(IReadOnlyList<PendingAppend> appends, DateTimeOffset created)
    {
        connection ??= await Connect();
        return await AppendAll(appends, created) ?? await AppendEach(appends, created);
    }

    async Task<AppendResult[]?> AppendAll(IReadOnlyList<PendingAppend> appends, DateTimeOffset created)
    {
        var rows = new EventColumns(appends);
        await using var batch = Locked(new(AppendAllSql)
        {
            Parameters =
            {
                Array(NpgsqlDbType.Text, rows.AppendStreams), Array(NpgsqlDbType.Bigint, rows.Expected),
                Array(NpgsqlDbType.Text, rows.Streams), Array(NpgsqlDbType.Bigint, rows.Revisions), Array(NpgsqlDbType.Uuid, rows.Ids),
                Array(NpgsqlDbType.Text, rows.Types), Array(NpgsqlDbType.Bytea, rows.Data), Array(NpgsqlDbType.Bytea, rows.Metadata),
                Array(NpgsqlDbType.Bigint, rows.Hashes), new() { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = created },
            },
        });
        await using var reader = await Run(batch);
        await reader.ReadAsync(stopping.Token);
        if (reader.GetBoolean(0)) return null;

        // The statement's own snapshot still has the head as it was before it.
        var (results, position) = (new AppendResult[appends.Count], reader.GetInt64(1));
        for (var i = 0; i < appends.Count; i++)
        {
            position += appends[i].Events.Count;
            results[i] = new AppendResult.Appended(appends[i].ExpectedRevision + appends[i].Events.Count, new(position));
        }
        return results;
    }

    async Task<AppendResult[]> AppendEach(IReadOnlyList<PendingAppend> appends, DateTimeOffset created)
    {
        var rows = new EventColumns(appends);
        await using var batch = Locked(new(AppendEachSql)
        {
            Parameters =
            {
                Array(NpgsqlDbType.Text, rows.AppendStreams), Array(NpgsqlDbType.Bigint, rows.Expected), Array(NpgsqlDbType.Bigint, rows.Numbers),
                Array(NpgsqlDbType.Uuid, rows.Ids), Array(NpgsqlDbType.Text, rows.Types), Array(NpgsqlDbType.Bytea, rows.Data),
                Array(NpgsqlDbType.Bytea, rows.Metadata), Array(NpgsqlDbType.Bigint, rows.Hashes),
                new() { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = created },
            },
        });
        var results = new AppendResult[appends.Count];
        var known = new Dictionary<int, List<StoredId>>();
        await using var reader = await Run(batch);
        while (await reader.ReadAsync(stopping.Token))
        {
            var i = (int)reader.GetInt64(0) - 1;
            if (!reader.IsDBNull(4))
            {
                if (!known.TryGetValue(i, out var ids)) known.Add(i, ids = []);
                ids.Add(new(reader.GetGuid(4), new(reader.GetString(5)), reader.GetInt64(2), new(reader.GetInt64(3))));
                continue;
            }
            var actual = reader.GetInt64(1);
            results[i] = actual != appends[i].ExpectedRevision
                ? new AppendResult.Conflict(actual)
                : new AppendResult.Appended(reader.IsDBNull(2) ? actual : reader.GetInt64(2), new(reader.GetInt64(3)));
        }
        foreach (var (i, ids) in known) results[i] = new AppendResult.AlreadyStored(ids);
        return results;
    }

    NpgsqlBatch Locked(NpgsqlBatchCommand append) => new(connection) { BatchCommands = { new("select 1 from log.head for update"), append } };

    /// <summary>Runs the batch and stands before the append's own result.</summary>
    async Task<NpgsqlDataReader> Run(NpgsqlBatch batch)
    {
        await batch.PrepareAsync(stopping.Token);
        var reader = await batch.ExecuteReaderAsync(stopping.Token);
        if (!await reader.ReadAsync(stopping.Token)) throw new LogDamagedException("log.head has lost its row.");
        await reader.NextResultAsync(stopping.Token);
        return reader;
    }

    static NpgsqlParameter Array<T>(NpgsqlDbType type, T[] values) => new() { NpgsqlDbType = NpgsqlDbType.Array | type, Value = values };

    // as PostgreSQL keeps it, so that an event reads the same from memory and from the table
    static DateTimeOffset NowInMicroseconds()
    {
        var now = DateTimeOffset.UtcNow;
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    async Task<NpgsqlConnection> Connect()
    {
        var opened = await database.OpenConnectionAsync(stopping.Token);
        // One plan for every batch size, always by index: planning this statement anew costs more than running it.
        await using var settings = new NpgsqlCommand("""
            set plan_cache_mode = force_generic_plan; set jit = off;
            set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off;
            set lock_timeout = '10s'; set statement_timeout = '15s'; set idle_in_transaction_session_timeout = '10s'
            """, opened);
        await settings.ExecuteNonQueryAsync(stopping.Token);
        return opened;
    }

    async Task Disconnect()
    {
        if (connection is null) return;
        await connection.DisposeAsync();
        connection = null;
    }

    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        // what was accepted is still written, unless the store does not answer
        stopping.CancelAfter(TimeSpan.FromSeconds(5));
        await writing;
        await Disconnect();
        stopping.Dispose();
    }
}
