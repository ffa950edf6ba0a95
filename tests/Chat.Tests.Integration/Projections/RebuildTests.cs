using Chat.Application.Log;
using Chat.Domain;
using Chat.Infrastructure.ReadModels;
using Chat.Projections;
using Npgsql;

namespace Chat.Tests.Integration.Projections;

public sealed class RebuildTests : ReadSideTest
{
    static readonly string[] Both = ["timeline", "inbox"];

    ConversationId room;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        room = await chat.Start(ann, members: [bob]);
        await chat.Send(room, ann, "hello");
        await chat.Settled();
    }

    [Fact]
    public async Task a_rebuild_beside_writes_loses_nothing_and_counts_nothing_twice()
    {
        var rebuilding = chat.Rebuild(Both);
        var sent = 1;
        for (; sent < 40 || !rebuilding.IsCompleted; sent++) await chat.Send(room, ann, $"message {sent}");
        await rebuilding;
        for (var more = 0; more < 5; more++, sent++) await chat.Send(room, ann, "after the switch");

        await chat.Settled();
        Assert.Equal(sent, (await chat.Inbox.Item(bob, room, Ct))!.Unread);
        foreach (var name in Both) Assert.Equal(2, (await chat.Live(name)).Generation);
        await chat.VerifyClean();
    }

    [Fact]
    public async Task many_conversations_in_partitions_are_as_right_as_in_one_piece()
    {
        for (var i = 0; i < 20; i++)
        {
            var other = await chat.Start(ann, members: [bob]);
            for (var k = 0; k <= i % 4; k++) await chat.Send(other, ann, $"message {k}", bob);
        }
        await chat.Rebuild("timeline", "inbox", "directory");
        await chat.Settled();
        await chat.VerifyClean();
    }

    [Fact]
    public async Task an_interrupted_rebuild_goes_on()
    {
        using var interruption = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => chat.Get<ProjectionRebuild>().Build(
            [chat.Projection("inbox")], new(Partitions: 2), (_, _) => interruption.Cancel(), interruption.Token));
        await chat.Rebuild("inbox");
        await chat.Send(room, ann, "again");
        await chat.Settled();
        Assert.Equal(2, (await chat.Inbox.Item(bob, room, Ct))!.Unread);
        await chat.VerifyClean();
    }

    [Fact]
    public async Task what_was_built_wrong_is_not_switched_to()
    {
        await chat.Build("timeline");
        await chat.Database.Execute("update timeline_v2.entries set version = version + 1 where message is not null");
        Assert.Equal("entries", Assert.Single((await chat.Switch("timeline")).Differences).Table);
        Assert.Equal(1, (await chat.Live("timeline")).Generation);
        await chat.VerifyClean();
    }

    [Fact]
    public async Task a_generation_of_another_shape_takes_its_place()
    {
        await chat.Database.Execute("""
            drop view read.timeline_conversations;
            create view read.timeline_conversations as select shared as was_once_first, conversation, head from timeline_v1.conversations
            """);
        await chat.Rebuild("timeline");
        await chat.Settled();
        await chat.Database.Execute("select conversation, shared from read.timeline_conversations");
    }

    [Fact]
    public async Task of_two_rebuilds_at_once_one_wins_and_the_other_says_so()
    {
        var (begun, leave) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = Task.Run(() => chat.Get<ProjectionRebuild>().Build([chat.Projection("inbox")], new(), (_, _) =>
        {
            begun.TrySetResult();
            leave.Task.Wait(Ct);
        }, Ct), Ct);
        await begun.Task.WaitAsync(Ct);
        await Assert.ThrowsAsync<BusyException>(() => chat.Build("timeline", "inbox"));
        leave.SetResult();
        await first;
        Assert.Empty((await chat.Switch("inbox")).Differences);
    }

    [Fact]
    public async Task a_rollback_returns_to_the_generation_before_with_all_that_came_since()
    {
        await chat.Rebuild("inbox");
        await chat.Send(room, ann, "since");
        await chat.Settled();
        await chat.Get<ProjectionRebuild>().Rollback(chat.Projection("inbox"), Ct);
        Assert.Equal(1, (await chat.Live("inbox")).Generation);
        await chat.Send(room, ann, "after");
        await chat.Settled();
        Assert.Equal(3, (await chat.Inbox.Item(bob, room, Ct))!.Unread);
        await chat.VerifyClean();

        await chat.Get<ProjectionRebuild>().Drop(chat.Projection("inbox"), Ct);
        await Assert.ThrowsAsync<RefusedException>(() => chat.Get<ProjectionRebuild>().Rollback(chat.Projection("inbox"), Ct));
        await Assert.ThrowsAsync<PostgresException>(() => chat.Database.Execute("select from inbox_v2.items"));
    }

    [Fact]
    public async Task a_paused_projection_takes_nothing_until_it_is_resumed()
    {
        var (checkpoints, progress) = (chat.Get<Checkpoints>(), chat.Get<ReadModelProgress>());
        Assert.True(await checkpoints.Pause("inbox", true, Ct));
        Assert.False(await checkpoints.Pause("inbox", true, Ct));
        var (stands, on) = (await chat.Live("inbox"), new LogPosition(1_000_000));
        await Assert.ThrowsAsync<FencedException>(() => checkpoints.Begin(stands).Commit(on, Ct)); // whoever may still be at a batch
        await chat.Send(room, ann, "meanwhile");
        await progress.Reach(await chat.Get<IEventLog>().Head(Ct), ["timeline", "directory"], Ct);
        Assert.Equal(1, (await chat.Inbox.Item(bob, room, Ct))!.Unread);
        Assert.Equal(GenerationState.Paused, (await chat.Get<GenerationOverview>().All(Ct)).Single(status => status.Checkpoint.Projection == "inbox").State);

        Assert.True(await checkpoints.Pause("inbox", false, Ct));
        await chat.Settled();
        Assert.Equal(2, (await chat.Inbox.Item(bob, room, Ct))!.Unread);
        await chat.VerifyClean();
    }

    [Fact]
    public async Task verify_names_what_is_shown_of_a_last_event_that_the_log_has_lost()
    {
        var lost = await chat.Send(room, ann, "lost");
        await chat.Receive(room, bob, delivered: lost.Sequence);
        await chat.Settled();
        await chat.Database.Execute($"delete from log.events where stream like '%-{room.Value:N}' and revision = {lost.Sequence}"); // no gap: nothing comes after it
        var differences = (await chat.Verify()).SelectMany(verdict => verdict.Differences).ToList();
        Assert.Contains(new Difference("entries", $"{room.Value} {lost.Sequence}", "should not be there"), differences);
        Assert.Contains(new Difference("conversations", $"{room.Value}", "differs"), differences); // the head
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task verify_notices_a_checkpoint_moved_by_hand(bool relevant)
    {
        await chat.Get<Checkpoints>().Pause("timeline", true, Ct);
        if (relevant) await chat.Send(room, ann, "never applied");
        else await chat.Register("cat"); // no event of a conversation: nothing is missing
        await chat.Database.Execute("update read.checkpoints set commit_position = position, prepare_position = position from log.head where projection = 'timeline'");
        await AssertNoticed();

        // nor does it help that the projection goes on from there
        await chat.Get<Checkpoints>().Pause("timeline", false, Ct);
        await chat.Send(room, ann, "applied");
        await chat.Settled();
        await AssertNoticed();

        async Task AssertNoticed()
        {
            var differences = (await chat.Verify()).SelectMany(verdict => verdict.Differences).ToList();
            Assert.Contains(differences, difference => difference is { Table: "checkpoints", Key: "timeline-v1" });
            Assert.Equal(relevant, differences.Exists(difference => difference is { Table: "entries", What: "is missing" }));
        }
    }
}
