using System.Text;
using Chat.Application.Log;

namespace Chat.Tests.Contract.Log;

/// <summary>Revisions, repeats and sizes.</summary>
public abstract partial class EventLogContract
{
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
}
