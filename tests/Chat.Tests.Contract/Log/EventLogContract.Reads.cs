using Chat.Application.Log;

namespace Chat.Tests.Contract.Log;

/// <summary>One stream, several and all of them, from anywhere.</summary>
public abstract partial class EventLogContract
{
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
}
