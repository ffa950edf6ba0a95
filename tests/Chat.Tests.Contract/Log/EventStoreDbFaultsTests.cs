using System.Text;
using Chat.Application.Log;
using Chat.Infrastructure.EventStoreDb;
using Chat.Testing.EventStoreDb;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chat.Tests.Contract.Log;

/// <summary>What the adapter makes of a server that is slow, away, not the leader, or loses answers.</summary>
public sealed class EventStoreDbFaultsTests : IAsyncLifetime
{
    readonly List<IAsyncDisposable> open = [];
    EventStoreServer server = null!;
    EventStoreDbLog log = null!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        server = await Start();
        log = Connect(server.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var it in open.AsEnumerable().Reverse()) await it.DisposeAsync();
    }

    async Task<EventStoreServer> Start(EventStoreServerOptions? options = null)
    {
        var started = await EventStoreServer.Start(options);
        open.Add(started);
        return started;
    }

    EventStoreDbLog Connect(string connectionString, string prefix = "")
    {
        var node = new EventStoreDbLog(ConnectionString.Parse(connectionString), 1024 * 1024, prefix, NullLogger<EventStoreDbLog>.Instance);
        open.Add(node);
        return node;
    }

    static StreamName AStream() => new($"conversation-{Guid.NewGuid():N}");

    static NewEvent AnEvent(int size = 2) => new(Guid.NewGuid(), "t", Encoding.UTF8.GetBytes(new string('x', size)), "{}"u8.ToArray());

    static async Task Until(Func<bool> condition)
    {
        while (!condition()) await Task.Delay(5, Ct);
    }

    static async Task<List<StoredEvent>> Read(EventStoreDbLog log, StreamName stream)
    {
        var events = new List<StoredEvent>();
        await foreach (var e in log.ReadStream(stream, 0, int.MaxValue, Ct)) events.Add(e);
        return events;
    }

    public static TheoryData<string> Mishaps => ["dropped", "answer lost", "timed out after the commit", "not ready"];

    [Theory]
    [MemberData(nameof(Mishaps))]
    public async Task an_append_that_went_wrong_is_repeated_and_stored_once(string mishap)
    {
        switch (mishap)
        {
            case "dropped": server.Faults.DropAppends(2); break;
            case "answer lost": server.Faults.LoseAnswers(2); break;
            case "timed out after the commit": server.Faults.TimeOutAfterCommit(2); break;
            default: server.Faults.NotReady = true; break;
        }
        var (stream, events) = (AStream(), new[] { AnEvent(), AnEvent() });
        var appending = log.Append(stream, StreamName.NoStream, events, Ct);
        server.Faults.NotReady = false;

        Assert.Equal(1, Assert.IsType<AppendResult.Appended>(await appending).LastRevision);
        Assert.Equal(events.Select(static e => e.Id), (await Read(log, stream)).Select(static e => e.Id));
    }

    [Fact]
    public async Task another_node_that_repeats_what_was_stored_is_told_so_though_it_sends_other_bytes()
    {
        var other = Connect(server.ConnectionString);
        var (stream, mine) = (AStream(), AnEvent());
        Assert.IsType<AppendResult.Appended>(await log.Append(stream, StreamName.NoStream, [mine], Ct));

        var again = await other.Append(stream, StreamName.NoStream, [mine with { Data = "other"u8.ToArray() }], Ct);
        Assert.Equal(mine.Id, Assert.Single(Assert.IsType<AppendResult.AlreadyStored>(again).Known).Id);
    }

    [Fact]
    public async Task what_a_leader_refuses_by_and_does_not_show_yet_is_waited_for()
    {
        var other = Connect(server.ConnectionString);
        var (stream, mine) = (AStream(), AnEvent());
        server.HoldReplication();
        var first = log.Append(stream, StreamName.NoStream, [mine], Ct);
        await Until(() => server.EventsWritten == 1);
        var (again, late) = (other.Append(stream, StreamName.NoStream, [mine], Ct), other.Append(stream, StreamName.NoStream, [AnEvent()], Ct));
        await Until(() => server.StreamReads >= 4); // each has looked at least once
        Assert.False(first.IsCompleted || again.IsCompleted || late.IsCompleted);

        server.ReleaseReplication();
        Assert.IsType<AppendResult.Appended>(await first);
        Assert.Equal(mine.Id, Assert.Single(Assert.IsType<AppendResult.AlreadyStored>(await again).Known).Id);
        Assert.Equal(0, Assert.IsType<AppendResult.Conflict>(await late).ActualRevision);
    }

    [Fact]
    public async Task a_server_that_is_away_is_told_of_within_the_deadline_and_found_again_when_it_is_back()
    {
        var hasty = Connect($"{server.ConnectionString}&defaultDeadline=1000");
        await using var reader = new Subscriber(hasty, LogPosition.Start, StreamFilter.All);
        await reader.Until(static messages => messages.OfType<LogMessage.CaughtUp>().Any());
        await server.Leave();

        await Assert.ThrowsAsync<LogUnavailableException>(() => hasty.Append(AStream(), StreamName.NoStream, [AnEvent()], Ct));
        await Assert.ThrowsAsync<LogUnavailableException>(() => hasty.Head(Ct));
        Assert.Contains("out of reach", await hasty.Trouble(Ct), StringComparison.Ordinal);

        await server.Return();
        Assert.IsType<AppendResult.Appended>(await log.Append(AStream(), StreamName.NoStream, [AnEvent()], Ct));
        await reader.Until(static messages => messages.OfType<LogMessage.Event>().Count() == 1);
        Assert.Null(await hasty.Trouble(Ct));
    }

    [Fact]
    public async Task a_server_that_takes_less_than_is_configured_names_the_setting()
    {
        var small = await Start(new(MaxAppendBytes: 1_000));
        var refused = await Assert.ThrowsAsync<LogUnavailableException>(() => Connect(small.ConnectionString).Append(AStream(), StreamName.NoStream, [AnEvent(2_000)], Ct));
        Assert.StartsWith("EventStoreDb:MaxAppendBytes", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_node_whose_first_append_found_nobody_appends_once_somebody_is_there()
    {
        var hasty = Connect($"{server.ConnectionString}&defaultDeadline=3000");
        await server.Leave();
        await Assert.ThrowsAsync<LogUnavailableException>(() => hasty.Append(AStream(), StreamName.NoStream, [AnEvent()], Ct));
        await server.Return();
        var patient = Connect(server.ConnectionString);
        await patient.Head(Ct);
        Assert.IsType<AppendResult.Appended>(await patient.Append(AStream(), StreamName.NoStream, [AnEvent()], Ct));
        Assert.IsType<AppendResult.Appended>(await hasty.Append(AStream(), StreamName.NoStream, [AnEvent()], Ct));
    }

    [Fact]
    public async Task a_subscription_goes_on_after_a_cut_without_a_gap_or_a_double()
    {
        await using var reader = new Subscriber(log, LogPosition.Start, StreamFilter.All);
        var stream = AStream();
        for (var i = 0; i < 60; i++)
        {
            if (i % 20 == 10) server.CutConnections();
            Assert.IsType<AppendResult.Appended>(await log.Append(stream, i - 1, [AnEvent()], Ct));
        }
        await reader.Until(static messages => messages.OfType<LogMessage.Event>().Count() >= 60);
        Assert.Equal(Enumerable.Range(0, 60).Select(static i => (long)i), reader.Events.Select(static e => e.Revision));
    }

    [Fact]
    public async Task a_subscription_that_the_server_refuses_is_told_of_as_any_other_call()
    {
        server.Faults.ThrowAtSubscribers(1);
        await using var messages = log.Subscribe(LogPosition.Start, StreamFilter.All, Ct).GetAsyncEnumerator(Ct);
        var refused = await Assert.ThrowsAsync<LogUnavailableException>(async () => await messages.MoveNextAsync());
        Assert.Contains("refuses this: Unknown", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_slow_reader_makes_the_server_wait()
    {
        const int count = 4_000, size = 10_000;
        await using var messages = log.Subscribe(LogPosition.Start, StreamFilter.All, Ct).GetAsyncEnumerator(Ct);
        await messages.MoveNextAsync();
        var stream = AStream();
        for (var i = 0; i < count; i += 50) await log.Append(stream, i - 1, [.. Enumerable.Range(0, 50).Select(static _ => AnEvent(size))], Ct);

        Assert.InRange(server.EventsSent, 0, count - 1_000); // the rest waits there, not here
        var read = 0;
        while (read < count && await messages.MoveNextAsync())
        {
            if (messages.Current is LogMessage.Event) read++;
        }
        Assert.Equal(count, server.EventsSent);
    }

    [Fact]
    public async Task what_others_wrote_on_the_server_is_looked_through_once_to_find_where_this_log_ends()
    {
        const int others = 3_000;
        var mine = Connect(server.ConnectionString, prefix: "mine-");
        Assert.Equal(LogPosition.Start, await mine.Head(Ct));
        var first = Assert.IsType<AppendResult.Appended>(await mine.Append(AStream(), StreamName.NoStream, [AnEvent()], Ct));
        for (var i = 0; i < others; i += 500) await log.Append(new("theirs"), i - 1, [.. Enumerable.Range(0, 500).Select(static _ => AnEvent())], Ct);

        Assert.Equal(first.Position, await mine.Head(Ct));
        var before = server.Considered;
        for (var i = 0; i < 100; i++) Assert.Equal(first.Position, await mine.Head(Ct));
        Assert.InRange(server.Considered - before, 0, others - 1);

        await log.Append(new("theirs"), others - 1, [AnEvent()], Ct);
        var second = Assert.IsType<AppendResult.Appended>(await mine.Append(AStream(), StreamName.NoStream, [AnEvent()], Ct));
        Assert.Equal(second.Position, await mine.Head(Ct));
        await log.Append(new("theirs"), others, [AnEvent()], Ct);
        Assert.Equal(second.Position, await mine.Head(Ct));
        Assert.Equal(second.Position, await Connect(server.ConnectionString, prefix: "mine-").Head(Ct));
    }

    [Theory]
    [InlineData("esdb")]
    [InlineData("esdb+discover")]
    public async Task who_is_not_the_leader_says_where_it_is(string scheme)
    {
        var follower = await Start();
        follower.Faults.Leader = ("127.0.0.1", server.Port);
        var through = Connect(follower.ConnectionString.Replace("esdb", scheme, StringComparison.Ordinal));
        await using var reader = new Subscriber(through, LogPosition.Start, StreamFilter.All);

        var (stream, mine) = (AStream(), AnEvent());
        Assert.IsType<AppendResult.Appended>(await through.Append(stream, StreamName.NoStream, [mine], Ct));
        Assert.Equal(mine.Id, Assert.Single(await Read(log, stream)).Id);
        await reader.Until(static messages => messages.OfType<LogMessage.Event>().Any());
    }

    [Fact]
    public async Task subscriptions_are_made_on_the_preferred_node_and_all_that_has_to_be_fresh_is_asked_of_the_leader()
    {
        var follower = await Start();
        var (there, here) = (AStream(), AStream());
        Assert.IsType<AppendResult.Appended>(await Connect(follower.ConnectionString).Append(there, StreamName.NoStream, [AnEvent()], Ct));
        follower.Faults.Leader = ("127.0.0.1", server.Port);
        var through = Connect($"esdb+discover://127.0.0.1:{follower.Port}?tls=false&nodePreference=follower");
        await using var reader = new Subscriber(through, LogPosition.Start, StreamFilter.All);

        Assert.IsType<AppendResult.Appended>(await through.Append(here, StreamName.NoStream, [AnEvent()], Ct));
        Assert.Single(await Read(through, here));
        Assert.Single(await Read(log, here)); // the follower has none of it yet
        await reader.Until(static messages => messages.OfType<LogMessage.Event>().Any());
        Assert.Equal(there, Assert.Single(reader.Events).Stream);
    }

    [Fact]
    public async Task when_the_leader_changes_appends_go_to_the_new_one()
    {
        var next = await Start();
        var cluster = Connect($"esdb://127.0.0.1:{server.Port},127.0.0.1:{next.Port}?tls=false");
        next.Faults.Leader = ("127.0.0.1", server.Port);
        Assert.IsType<AppendResult.Appended>(await cluster.Append(AStream(), StreamName.NoStream, [AnEvent()], Ct));

        next.Faults.Leader = null;
        await server.Leave();
        var stream = AStream();
        Assert.IsType<AppendResult.Appended>(await cluster.Append(stream, StreamName.NoStream, [AnEvent()], Ct));
        Assert.Single(await Read(Connect(next.ConnectionString), stream));
        await server.Return();
    }

    [Fact]
    public async Task an_answer_that_never_comes_is_not_waited_for_for_ever_and_the_append_happens_once()
    {
        var hasty = Connect($"{server.ConnectionString}&defaultDeadline=300");
        server.Faults.Delay = TimeSpan.FromSeconds(1);
        var (stream, mine) = (AStream(), AnEvent());
        await Assert.ThrowsAsync<LogUnavailableException>(() => hasty.Append(stream, StreamName.NoStream, [mine], Ct));

        server.Faults.Delay = TimeSpan.Zero;
        await using var reader = new Subscriber(log, LogPosition.Start, StreamFilter.All);
        await reader.Until(static messages => messages.OfType<LogMessage.Event>().Any());
        Assert.IsType<AppendResult.AlreadyStored>(await hasty.Append(stream, StreamName.NoStream, [mine], Ct));
    }
}
