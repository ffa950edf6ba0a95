using Chat.Application.Log;

namespace Chat.Tests.Contract.Log;

/// <summary>Many at once.</summary>
public abstract partial class EventLogContract
{
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
}
