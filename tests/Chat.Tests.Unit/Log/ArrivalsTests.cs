using Chat.Application.Log;
using Chat.Testing;

namespace Chat.Tests.Unit.Log;

public sealed class ArrivalsTests : IAsyncLifetime
{
    static readonly StreamName Room = new("conversation-a");

    readonly InMemoryEventLog log = new();
    readonly Arrivals arrivals;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ArrivalsTests() => arrivals = new(log, LogPosition.Start, new("conversation-"), Ct);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => arrivals.DisposeAsync();

    Task Append(StreamName stream, int count) => log.AppendSome(stream, count, Ct);

    [Fact]
    public async Task everything_that_is_there_is_taken_at_once_and_no_more_than_is_asked_for()
    {
        await Append(Room, 5);

        Assert.Equal([0, 1, 2], (await arrivals.Next(3)).Select(static e => e.Revision));
        Assert.Equal(new(3), arrivals.Until);
        Assert.Equal([3, 4], (await arrivals.Next(3)).Select(static e => e.Revision));
        Assert.Equal(new(5), arrivals.Until);
    }

    [Fact]
    public async Task nothing_that_is_there_is_not_waited_for_unless_asked_to()
    {
        await Append(Room, 1);
        await arrivals.Next(10);

        Assert.Empty(await arrivals.Take(10));
        var next = arrivals.Next(10);
        Assert.False(next.IsCompleted);
        await Append(Room, 1);
        Assert.Equal([1], (await next).Select(static e => e.Revision));
    }

    [Fact]
    public async Task what_does_not_match_moves_the_end_only()
    {
        var next = arrivals.Next(10);
        await Append(new("user-a"), 2);

        Assert.Empty(await next);
        Assert.Equal(new(2), arrivals.Until);
    }

    [Fact]
    public async Task who_has_waited_long_enough_gets_nothing_and_misses_nothing()
    {
        Assert.Empty(await arrivals.Next(10, TimeSpan.FromMilliseconds(1)).WaitAsync(TimeSpan.FromSeconds(10), Ct));
        Assert.Equal(LogPosition.Start, arrivals.Until);
        await Append(Room, 1);
        Assert.Single(await arrivals.Next(10, TimeSpan.FromMinutes(1)));
    }
}
