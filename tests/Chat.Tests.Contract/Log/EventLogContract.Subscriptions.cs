using Chat.Application.Log;

namespace Chat.Tests.Contract.Log;

/// <summary>What was, then what comes.</summary>
public abstract partial class EventLogContract
{
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
}
