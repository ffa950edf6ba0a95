using Chat.Application.Log;
using Chat.Infrastructure.ReadModels;

namespace Chat.Tests.Integration.Projections;

/// <summary>The inbox is written in larger batches than what is pushed waits for: nobody may notice.</summary>
public sealed class LingerTests : ReadSideTest
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    ReadModelProgress Progress => chat.Get<ReadModelProgress>();

    [Fact]
    public async Task what_may_have_been_pushed_is_in_the_inbox_that_is_read()
    {
        var room = await chat.Start(ann, members: [bob]);
        for (var said = 1; said <= 20; said++)
        {
            var sent = await chat.Send(room, ann, "hello");
            Assert.True(await Progress.WaitFor(sent.Position, ["timeline"], Patience, Ct));

            Assert.Equal(said, (await chat.Inbox.Item(bob, room, Ct))!.Unread);
        }
    }

    [Fact]
    public async Task what_was_read_does_not_count_any_more_once_that_may_have_been_pushed()
    {
        var room = await chat.Start(ann, members: [bob]);
        for (var said = 1; said <= 20; said++)
        {
            var sent = await chat.Send(room, ann, "hello");
            var read = await chat.Receive(room, bob, read: sent.Sequence);
            Assert.True(await Progress.WaitFor(read.Position, ["receipts"], Patience, Ct));

            Assert.Equal(0, (await chat.Inbox.Item(bob, room, Ct))!.Unread);
        }
    }

    [Fact]
    public async Task an_inbox_that_stands_still_is_read_as_it_is()
    {
        var room = await chat.Start(ann, members: [bob]);
        await chat.Settled();
        await chat.Get<Checkpoints>().Pause("inbox", true, Ct);
        var sent = await chat.Send(room, ann, "hello");
        Assert.True(await Progress.WaitFor(sent.Position, ["timeline"], Patience, Ct));

        Assert.Equal(0, (await chat.Inbox.Item(bob, room, Ct))!.Unread);
        await chat.Get<Checkpoints>().Pause("inbox", false, Ct);
        await chat.Settled();
        Assert.Equal(1, (await chat.Inbox.Item(bob, room, Ct))!.Unread);
    }

    [Fact]
    public async Task who_gathers_goes_on_at_once_when_somebody_waits_for_what_is_not_there()
    {
        Progress.Advanced("some", new(1));
        var gathers = Progress.Linger("some", Timeout.InfiniteTimeSpan, Ct);

        Assert.True(await Progress.WaitFor(new(1), ["some"], Patience, Ct));
        Assert.False(gathers.IsCompleted);

        var waits = Progress.WaitFor(new(2), ["some"], Patience, Ct);
        await gathers.WaitAsync(Patience, Ct);
        Progress.Advanced("some", new(2));
        Assert.True(await waits);
    }
}
