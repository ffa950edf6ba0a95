using System.Text;
using Chat.Application.Log;

namespace Chat.Tests.Contract.Log;

/// <summary>What every event log keeps to. Each adapter inherits it in one line.</summary>
public abstract class EventLogContract : IAsyncLifetime
{
    const string Long = "message-sent.v1";

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected IEventLog Log { get; private set; } = null!;

    protected abstract Task<IEventLog> Open();

    public async ValueTask InitializeAsync() => Log = await Open();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    protected static StreamName AStream(string prefix = "conversation-") => new($"{prefix}{Guid.NewGuid():N}");

    protected static NewEvent AnEvent(string body = "{}", Guid? id = null) =>
        new(id ?? Guid.NewGuid(), Long, Encoding.UTF8.GetBytes(body), Encoding.UTF8.GetBytes("""{"lamport":1}"""));

    protected async Task<AppendResult.Appended> Append(StreamName stream, long expected, params NewEvent[] events) =>
        Assert.IsType<AppendResult.Appended>(await Log.Append(stream, expected, events, Ct));

    protected async Task<List<StoredEvent>> Read(StreamName stream, long from = 0, int max = int.MaxValue)
    {
        var read = new List<StoredEvent>();
        await foreach (var e in Log.ReadStream(stream, from, max, Ct)) read.Add(e);
        return read;
    }

    protected async Task<List<StoredEvent>> ReadAll(LogPosition after, StreamFilter? filter = null, int max = int.MaxValue)
    {
        var read = new List<StoredEvent>();
        await foreach (var e in Log.ReadAll(after, filter ?? StreamFilter.All, max, Ct)) read.Add(e);
        return read;
    }

    [Fact]
    public async Task a_stream_that_does_not_exist_has_no_events()
    {
        Assert.Empty(await Read(AStream()));
        Assert.Equal(StreamName.NoStream, await Log.LastRevision(AStream(), Ct));
    }

    [Fact]
    public async Task several_streams_are_read_in_one_go_each_from_its_own_revision()
    {
        var (one, other, none) = (AStream(), AStream(), AStream());
        await Append(one, StreamName.NoStream, AnEvent("1"), AnEvent("2"), AnEvent("3"));
        await Append(other, StreamName.NoStream, AnEvent("4"), AnEvent("5"));

        var read = new List<(StreamName, long)>();
        await foreach (var e in Log.ReadStreams([new(other, 1, 10), new(none, 0, 10), new(one, 0, 2)], Ct)) read.Add((e.Stream, e.Revision));

        Assert.Equal([(other, 1), (one, 0), (one, 1)], read);
    }

    [Fact]
    public async Task several_streams_are_read_whole_while_somebody_follows_the_end()
    {
        var (one, other) = (AStream(), AStream());
        await Append(one, StreamName.NoStream, AnEvent("1"));
        await using var subscriber = new Subscriber(Log, LogPosition.Start, StreamFilter.All);
        await subscriber.Until(messages => messages.OfType<LogMessage.Event>().Any(message => message.Stored.Stream == one));
        await Append(one, 0, AnEvent("2"), AnEvent("3"), AnEvent("4"));
        await Append(other, StreamName.NoStream, AnEvent("5"), AnEvent("6"), AnEvent("7"));
        await subscriber.Until(messages => messages.OfType<LogMessage.Event>().Count(message => message.Stored.Stream == other) == 3);

        foreach (var (from, count) in new[] { (0, 4), (1, 3), (1, 2), (0, 2), (2, 9) })
        {
            var read = new List<(StreamName, long)>();
            await foreach (var e in Log.ReadStreams([new(other, 1, 2), new(one, from, count)], Ct)) read.Add((e.Stream, e.Revision));

            Assert.Equal([(other, 1), (other, 2), .. Enumerable.Range(from, Math.Min(count, 4 - from)).Select(revision => (one, (long)revision))], read);
        }
    }

    [Fact]
    public async Task what_is_appended_is_read_back_as_it_was()
    {
        var stream = AStream();
        NewEvent written = new(Guid.NewGuid(), Long, Encoding.UTF8.GetBytes("""{"text":"Grüße 👋 \u0000"}"""), "{}"u8.ToArray());
        var appended = await Append(stream, StreamName.NoStream, written);

        var read = Assert.Single(await Read(stream));
        Assert.Equal((stream, 0, written.Id, written.Type, appended.Position), (read.Stream, read.Revision, read.Id, read.Type, read.Position));
        Assert.Equal(written.Data.ToArray(), read.Data.ToArray());
        Assert.Equal(written.Metadata.ToArray(), read.Metadata.ToArray());
    }

    [Fact]
    public async Task revisions_count_up_from_zero()
    {
        var stream = AStream();
        Assert.Equal(1, (await Append(stream, StreamName.NoStream, AnEvent(), AnEvent())).LastRevision);
        Assert.Equal(2, (await Append(stream, 1, AnEvent())).LastRevision);

        Assert.Equal([0, 1, 2], (await Read(stream)).Select(e => e.Revision));
        Assert.Equal(2, await Log.LastRevision(stream, Ct));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(2)]
    public async Task another_revision_than_expected_is_a_conflict(long expected)
    {
        var stream = AStream();
        await Append(stream, StreamName.NoStream, AnEvent(), AnEvent());

        var conflict = Assert.IsType<AppendResult.Conflict>(await Log.Append(stream, expected, [AnEvent()], Ct));
        Assert.Equal(1, conflict.ActualRevision);
        Assert.Equal(2, (await Read(stream)).Count);
    }

    [Fact]
    public async Task a_stream_that_should_exist_and_does_not_is_a_conflict() =>
        Assert.Equal(StreamName.NoStream, Assert.IsType<AppendResult.Conflict>(await Log.Append(AStream(), 0, [AnEvent()], Ct)).ActualRevision);

    [Fact]
    public async Task an_append_of_nothing_checks_the_revision()
    {
        var stream = AStream();
        await Append(stream, StreamName.NoStream, AnEvent());
        Assert.Equal(0, (await Append(stream, 0)).LastRevision);
        Assert.IsType<AppendResult.Conflict>(await Log.Append(stream, 5, [], Ct));
    }

    [Fact]
    public async Task a_repeat_is_answered_with_the_first_result()
    {
        var stream = AStream();
        NewEvent[] events = [AnEvent(), AnEvent()];
        var first = await Append(stream, StreamName.NoStream, events);
        await Append(stream, 1, AnEvent());

        var again = Assert.IsType<AppendResult.AlreadyStored>(await Log.Append(stream, StreamName.NoStream, events, Ct));
        Assert.Equal([(events[0].Id, 0), (events[1].Id, 1)], again.Known.OrderBy(known => known.Revision).Select(known => (known.Id, known.Revision)));
        Assert.Equal(first.Position, again.Known.Max(known => known.Position));
        Assert.Equal(3, (await Read(stream)).Count);
    }

    [Fact]
    public async Task a_repeat_with_another_body_leaves_the_first_one()
    {
        var stream = AStream();
        var id = Guid.NewGuid();
        await Append(stream, StreamName.NoStream, AnEvent("""{"text":"first"}""", id));

        Assert.IsType<AppendResult.AlreadyStored>(await Log.Append(stream, StreamName.NoStream, [AnEvent("""{"text":"second"}""", id)], Ct));
        Assert.Equal("""{"text":"first"}""", Encoding.UTF8.GetString(Assert.Single(await Read(stream)).Data.Span));
    }

    [Fact]
    public async Task a_repeat_among_new_events_appends_none_of_them()
    {
        var stream = AStream();
        var known = AnEvent();
        await Append(stream, StreamName.NoStream, known);

        var answer = Assert.IsType<AppendResult.AlreadyStored>(await Log.Append(stream, StreamName.NoStream, [AnEvent(), known], Ct));
        Assert.Equal((known.Id, 0L), (Assert.Single(answer.Known).Id, answer.Known[0].Revision));
        Assert.Single(await Read(stream));
    }

    [Fact]
    public async Task a_repeat_at_a_later_revision_is_known_where_the_log_says_that_it_knows_every_id()
    {
        var stream = AStream();
        var known = AnEvent();
        await Append(stream, StreamName.NoStream, known);
        if (!Log.KnowsEveryId)
        {
            await Append(stream, 0, known);
            return;
        }

        var answer = Assert.IsType<AppendResult.AlreadyStored>(await Log.Append(stream, 0, [AnEvent(), known], Ct));
        Assert.Equal((known.Id, 0L), (Assert.Single(answer.Known).Id, answer.Known[0].Revision));
        Assert.Single(await Read(stream));
    }

    [Fact]
    public async Task one_id_twice_in_an_append_is_the_callers_mistake_and_stops_nobody_else()
    {
        var (stream, twice) = (AStream(), AnEvent());
        await Assert.ThrowsAsync<ArgumentException>(() => Log.Append(stream, StreamName.NoStream, [twice, twice], Ct).WaitAsync(TimeSpan.FromSeconds(10), Ct));
        await Append(stream, StreamName.NoStream, AnEvent()).WaitAsync(TimeSpan.FromSeconds(10), Ct);
    }

    [Fact]
    public async Task one_stream_is_read_from_the_middle_in_both_directions()
    {
        var stream = AStream();
        await Append(stream, StreamName.NoStream, [.. Enumerable.Range(0, 10).Select(_ => AnEvent())]);

        Assert.Equal([4, 5, 6], (await Read(stream, 4, 3)).Select(e => e.Revision));
        var backwards = new List<long>();
        await foreach (var e in Log.ReadStreamBackwards(stream, 6, 3, Ct)) backwards.Add(e.Revision);
        Assert.Equal([6, 5, 4], backwards);
    }

    [Fact]
    public async Task a_long_stream_is_read_in_full()
    {
        var stream = AStream();
        for (var i = 0; i < 5; i++) await Append(stream, (i * 500) - 1, [.. Enumerable.Range(0, 500).Select(_ => AnEvent())]);
        Assert.Equal(Enumerable.Range(0, 2_500).Select(i => (long)i), (await Read(stream)).Select(e => e.Revision));
    }

    [Fact]
    public async Task a_large_event_comes_back_whole()
    {
        var stream = AStream();
        var body = $$"""{"text":"{{new string('x', 500_000)}}"}""";
        await Append(stream, StreamName.NoStream, AnEvent(body));
        Assert.Equal(body, Encoding.UTF8.GetString((await Read(stream))[0].Data.Span));
    }

    [Fact]
    public async Task an_append_larger_than_the_log_takes_is_refused_and_one_just_as_large_is_not()
    {
        var empty = AnEvent("");
        NewEvent OfBytes(int bytes) => AnEvent(new string('x', bytes - empty.Bytes));

        var stream = AStream();
        await Assert.ThrowsAsync<ArgumentException>(() => Log.Append(stream, StreamName.NoStream, [OfBytes(Log.MaxAppendBytes + 1)], Ct));
        await Append(stream, StreamName.NoStream, OfBytes(Log.MaxAppendBytes));
    }

    [Fact]
    public async Task all_streams_are_read_in_one_order_from_any_position()
    {
        var start = await Log.Head(Ct);
        var (one, other) = (AStream(), AStream());
        await Append(one, StreamName.NoStream, AnEvent());
        var middle = await Append(other, StreamName.NoStream, AnEvent());
        await Append(one, 0, AnEvent());

        Assert.Equal([(one, 0), (other, 0), (one, 1)], (await ReadAll(start)).Select(e => (e.Stream, e.Revision)));
        Assert.Equal([(one, 1)], (await ReadAll(middle.Position)).Select(e => (e.Stream, e.Revision)));
        Assert.Empty(await ReadAll(await Log.Head(Ct)));
    }

    [Fact]
    public async Task only_matching_streams_are_read()
    {
        var start = await Log.Head(Ct);
        var (user, conversation) = (AStream("user-"), AStream());
        await Append(conversation, StreamName.NoStream, AnEvent());
        await Append(user, StreamName.NoStream, AnEvent());
        await Append(conversation, 0, AnEvent());

        Assert.Equal([user], (await ReadAll(start, new("user-"), max: 1)).Select(e => e.Stream));
        Assert.Equal(3, (await ReadAll(start, new("user-", "conversation-"))).Count);
    }

    [Fact]
    public async Task a_subscriber_gets_what_was_and_then_what_comes()
    {
        var start = await Log.Head(Ct);
        var stream = AStream();
        await Append(stream, StreamName.NoStream, AnEvent(), AnEvent());
        await using var subscriber = new Subscriber(Log, start, StreamFilter.All);

        await subscriber.Until(static messages => messages.OfType<LogMessage.CaughtUp>().Any());
        Assert.Equal([0, 1], subscriber.Events.Select(e => e.Revision));

        await Append(stream, 1, AnEvent());
        await subscriber.Until(static messages => messages.OfType<LogMessage.Event>().Count() == 3);
        Assert.Equal([0, 1, 2], subscriber.Events.Select(e => e.Revision));
    }

    [Fact]
    public async Task a_subscriber_hears_how_far_it_is_also_where_nothing_matched()
    {
        var start = await Log.Head(Ct);
        await using var subscriber = new Subscriber(Log, start, new("nobody-"));
        var appended = await Append(AStream(), StreamName.NoStream, AnEvent(), AnEvent());

        await subscriber.Until(messages => messages.OfType<LogMessage.Checkpoint>().Any(checkpoint => checkpoint.Position >= appended.Position));
        Assert.Empty(subscriber.Events);
    }

    [Fact]
    public async Task a_subscription_ends_when_it_is_cancelled()
    {
        using var stop = new CancellationTokenSource();
        var subscription = Task.Run(async () =>
        {
            await foreach (var message in Log.Subscribe(await Log.Head(Ct), StreamFilter.All, stop.Token))
            {
                if (message is LogMessage.CaughtUp) await stop.CancelAsync();
            }
        }, Ct);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => subscription.WaitAsync(TimeSpan.FromSeconds(10), Ct));
    }

    [Fact]
    public async Task concurrent_writers_of_one_stream_fill_it_without_gap_or_double()
    {
        var stream = AStream();
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () =>
        {
            var expected = StreamName.NoStream;
            var mine = AnEvent();
            while (await Log.Append(stream, expected, [mine], Ct) is AppendResult.Conflict conflict) expected = conflict.ActualRevision;
        }, Ct)));

        var read = await Read(stream);
        Assert.Equal(Enumerable.Range(0, 64).Select(i => (long)i), read.Select(e => e.Revision));
        Assert.Equal(64, read.Select(e => e.Id).Distinct().Count());
        Assert.Equal(read.OrderBy(e => e.Position), read);
    }

    [Fact]
    public async Task the_same_event_sent_by_many_at_once_is_stored_once()
    {
        var stream = AStream();
        var mine = AnEvent();
        var results = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Log.Append(stream, StreamName.NoStream, [mine], Ct)));

        Assert.Single(results.OfType<AppendResult.Appended>());
        Assert.Equal(31, results.OfType<AppendResult.AlreadyStored>().Count());
        Assert.Single(await Read(stream));
    }

    [Fact]
    public async Task no_reader_ever_sees_an_event_before_an_earlier_one()
    {
        const int writers = 16, each = 50;
        var start = await Log.Head(Ct);
        await using var one = new Subscriber(Log, start, StreamFilter.All);
        await using var other = new Subscriber(Log, start, StreamFilter.All);

        await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(async () =>
        {
            var stream = AStream();
            for (var i = 0; i < each; i++) await Append(stream, i - 1, AnEvent());
        }, Ct)));

        var expected = (await ReadAll(start)).Select(e => e.Position).ToList();
        Assert.Equal(writers * each, expected.Count);
        foreach (var subscriber in new[] { one, other })
        {
            await subscriber.Until(static messages => messages.OfType<LogMessage.Event>().Count() >= writers * each);
            Assert.Equal(expected, subscriber.Events.Select(e => e.Position));
        }
    }

    [Fact]
    public async Task a_deleted_stream_is_gone_and_goes_on_where_it_was()
    {
        var start = await Log.Head(Ct);
        var (stream, other) = (AStream(), AStream());
        await Append(stream, StreamName.NoStream, AnEvent(), AnEvent());
        await Append(other, StreamName.NoStream, AnEvent());
        await Log.Delete(stream, Ct);

        Assert.Empty(await Read(stream));
        Assert.Equal(1, await Log.LastRevision(stream, Ct));
        Assert.Equal(2, (await Append(stream, 1, AnEvent())).LastRevision);
        Assert.Equal([2], (await Read(stream)).Select(e => e.Revision));
        Assert.Equal([(other, 0), (stream, 2)], (await ReadAll(start)).Select(e => (e.Stream, e.Revision)));
    }

    [Fact]
    public async Task the_epoch_stays() => Assert.Equal(await Log.Epoch(Ct), await Log.Epoch(Ct));
}
