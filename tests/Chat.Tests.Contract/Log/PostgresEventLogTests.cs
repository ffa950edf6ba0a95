using Chat.Application.Log;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.PostgresLog;
using Chat.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Chat.Tests.Contract.Log;

public sealed class PostgresEventLogTests : EventLogContract
{
    readonly List<PostgresEventLog> nodes = [];
    TestDatabase database = null!;

    protected override async Task<IEventLog> Open()
    {
        database = await TestDatabase.Create();
        await new Migrations(database.Source, NullLogger<Migrations>.Instance).Apply(PostgresLogSchema.Migrations, Ct);
        return AnotherNode();
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var node in nodes) await node.DisposeAsync();
        if (database is not null) await database.DisposeAsync();
        await base.DisposeAsync();
    }

    PostgresEventLog AnotherNode()
    {
        var node = new PostgresEventLog(database.Source, NullLogger<PostgresEventLog>.Instance);
        nodes.Add(node);
        return node;
    }

    [Fact]
    public async Task two_nodes_give_one_order()
    {
        const int each = 200;
        var other = AnotherNode();
        await using var here = new Subscriber(Log, LogPosition.Start, StreamFilter.All);
        await using var there = new Subscriber(other, LogPosition.Start, StreamFilter.All);

        await Task.WhenAll(new IEventLog[] { Log, other, Log, other }.Select(node => Task.Run(async () =>
        {
            var stream = AStream();
            for (var i = 0; i < each; i++) Assert.IsType<AppendResult.Appended>(await node.Append(stream, i - 1, [AnEvent()], Ct));
        }, Ct)));

        await here.Until(static messages => messages.OfType<LogMessage.Event>().Count() >= 4 * each);
        await there.Until(static messages => messages.OfType<LogMessage.Event>().Count() >= 4 * each);
        var gapless = Enumerable.Range(1, 4 * each).Select(i => new LogPosition(i));
        Assert.Equal(gapless, here.Events.Select(e => e.Position));
        Assert.Equal(gapless, there.Events.Select(e => e.Position));
    }

    [Fact]
    public async Task a_node_that_has_just_started_reads_everything_before_it_says_it_is_caught_up()
    {
        var last = await Append(AStream(), StreamName.NoStream, [.. Enumerable.Range(0, 20).Select(_ => AnEvent())]);
        for (var i = 0; i < 10; i++)
        {
            var fresh = AnotherNode();
            await using var messages = fresh.Subscribe(LogPosition.Start, StreamFilter.All, Ct).GetAsyncEnumerator(Ct);
            while (await messages.MoveNextAsync() && messages.Current is not LogMessage.CaughtUp) { }
            Assert.Equal(new LogMessage.CaughtUp(last.Position), messages.Current);

            var read = new List<StoredEvent>();
            await foreach (var e in AnotherNode().ReadAll(LogPosition.Start, StreamFilter.All, int.MaxValue, Ct)) read.Add(e);
            Assert.Equal(20, read.Count);
        }
    }

    [Fact]
    public async Task a_node_may_stop_while_it_begins_to_follow_the_others()
    {
        for (var i = 0; i < 60; i++)
        {
            await using var brief = new PostgresEventLog(database.Source, NullLogger<PostgresEventLog>.Instance);
            await using var messages = brief.Subscribe(LogPosition.Start, StreamFilter.All, Ct).GetAsyncEnumerator(Ct);
            Assert.True(await messages.MoveNextAsync());
        }
    }

    [Fact]
    public async Task what_one_node_has_acknowledged_the_other_reads_at_once()
    {
        var other = AnotherNode();
        for (var i = 0; i < 20; i++)
        {
            var appended = await Append(AStream(), StreamName.NoStream, AnEvent());
            var read = new List<StoredEvent>();
            await foreach (var e in other.ReadAll(new LogPosition(i), StreamFilter.All, int.MaxValue, Ct)) read.Add(e);
            Assert.Equal([appended.Position], read.Select(e => e.Position));
        }
    }

    [Fact]
    public async Task another_node_is_woken_and_need_not_poll()
    {
        await using var there = new Subscriber(AnotherNode(), LogPosition.Start, StreamFilter.All);
        await there.Until(static messages => messages.OfType<LogMessage.CaughtUp>().Any());
        await Append(AStream(), StreamName.NoStream, AnEvent()); // the first may still find the listener connecting

        await there.Until(static messages => messages.OfType<LogMessage.Event>().Any());
        var waits = new List<TimeSpan>();
        for (var i = 2; i <= 6; i++)
        {
            var started = TimeProvider.System.GetTimestamp();
            await Append(AStream(), StreamName.NoStream, AnEvent());
            await there.Until(messages => messages.OfType<LogMessage.Event>().Count() >= i);
            waits.Add(TimeProvider.System.GetElapsedTime(started));
        }
        Assert.True(waits.Min() < TimeSpan.FromMilliseconds(500), $"The quickest wake-up took {waits.Min()}: that is the poll.");
    }

    [Fact]
    public async Task a_writer_that_stalls_before_its_commit_is_waited_for_and_one_that_dies_leaves_no_gap()
    {
        await using var reader = new Subscriber(Log, LogPosition.Start, StreamFilter.All);
        await Append(AStream(), StreamName.NoStream, AnEvent());

        await using var stalled = await database.Source.OpenConnectionAsync(Ct);
        await using var transaction = await stalled.BeginTransactionAsync(Ct);
        await Execute(stalled, "update log.head set position = position + 1");
        await Execute(stalled, """
            insert into log.events (position, stream, revision, id, type, data, metadata, hash, created)
            values (2, 'conversation-dead', 0, gen_random_uuid(), 't', '', '', 0, now())
            """);

        var behind = Append(AStream(), StreamName.NoStream, AnEvent());
        await WaitingForLock();
        Assert.False(behind.IsCompleted);
        await database.Execute($"select pg_terminate_backend({stalled.ProcessID})");

        Assert.Equal(new LogPosition(2), (await behind).Position);
        await reader.Until(static messages => messages.OfType<LogMessage.Event>().Count() == 2);
        Assert.Equal([new(1), new(2)], reader.Events.Select(e => e.Position));
    }

    [Fact]
    public async Task cut_connections_lose_nothing_and_heal()
    {
        await using var reader = new Subscriber(Log, LogPosition.Start, StreamFilter.All);
        var acknowledged = new List<Guid>();
        for (var i = 0; i < 40; i++)
        {
            if (i % 10 == 5) await database.CutConnections();
            var mine = AnEvent();
            var stream = AStream();
            while (true)
            {
                try
                {
                    var result = await Log.Append(stream, StreamName.NoStream, [mine], Ct);
                    Assert.True(result is AppendResult.Appended or AppendResult.AlreadyStored, result.ToString());
                    break;
                }
                catch (LogUnavailableException)
                {
                    // unknown: the same id tells
                }
            }
            acknowledged.Add(mine.Id);
        }

        await reader.Until(static messages => messages.OfType<LogMessage.Event>().Count() >= 40);
        Assert.Equal(acknowledged, reader.Events.Select(e => e.Id));
    }

    [Fact]
    public async Task while_the_store_is_away_appends_fail_and_subscriptions_wait()
    {
        await using var reader = new Subscriber(Log, LogPosition.Start, StreamFilter.All);
        await reader.Until(static messages => messages.OfType<LogMessage.CaughtUp>().Any());
        await database.AllowConnections(false);
        await database.CutConnections();

        await Assert.ThrowsAsync<LogUnavailableException>(() => Log.Append(AStream(), StreamName.NoStream, [AnEvent()], Ct));
        await Assert.ThrowsAsync<LogUnavailableException>(() => Log.Head(Ct));

        await database.AllowConnections(true);
        await Append(AStream(), StreamName.NoStream, AnEvent());
        await reader.Until(static messages => messages.OfType<LogMessage.Event>().Count() == 1);
    }

    [Fact]
    public async Task a_missing_revision_is_damage_and_no_shorter_history()
    {
        var stream = AStream();
        await Append(stream, StreamName.NoStream, [.. Enumerable.Range(0, 20).Select(_ => AnEvent())]);
        await database.Execute($"delete from log.events where stream = '{stream}' and revision = 17");

        await Assert.ThrowsAsync<LogDamagedException>(() => Read(stream));
        await Assert.ThrowsAsync<LogDamagedException>(() => Read(stream, from: 17));
    }

    [Fact]
    public async Task damage_written_by_another_node_reaches_a_live_subscriber()
    {
        await using var reader = new Subscriber(Log, LogPosition.Start, StreamFilter.All);
        await Append(AStream(), StreamName.NoStream, AnEvent());
        await reader.Until(static messages => messages.OfType<LogMessage.Event>().Any());
        await database.Execute("""
            update log.head set position = position + 1;
            insert into log.events (position, stream, revision, id, type, data, metadata, hash, created)
            values (2, 'conversation-x', 0, gen_random_uuid(), 't', '', '', 1, now())
            """);

        await Assert.ThrowsAsync<LogDamagedException>(() => reader.Until(static messages => messages.OfType<LogMessage.Event>().Count() == 2));
    }

    [Fact]
    public async Task a_changed_byte_is_damage()
    {
        var stream = AStream();
        await Append(stream, StreamName.NoStream, AnEvent("""{"text":"hello"}"""));
        await database.Execute($"update log.events set data = set_byte(data, 10, get_byte(data, 10) # 1) where stream = '{stream}'");

        await Assert.ThrowsAsync<LogDamagedException>(() => Read(stream));
    }

    [Fact]
    public async Task settings_that_could_lose_an_acknowledged_message_are_found()
    {
        Assert.Null(await new DurabilityCheck(database.Source).Trouble(Ct));

        await database.Execute($"alter database {database.Name} set synchronous_commit = off");
        await using var fresh = NpgsqlDataSource.Create(database.ConnectionString);
        Assert.Contains("synchronous_commit", await new DurabilityCheck(fresh).Trouble(Ct), StringComparison.Ordinal);
    }

    async Task WaitingForLock()
    {
        await using var command = database.Source.CreateCommand($"select count(*) from pg_stat_activity where datname = '{database.Name}' and wait_event_type = 'Lock'");
        while (await command.ExecuteScalarAsync(Ct) is not > 0L) await Task.Yield();
    }

    static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Ct);
    }
}
