using System.Diagnostics;
using Chat.Application.Log;
using Chat.Domain;
using Chat.Infrastructure.ReadModels;
using Chat.Projections;
using Chat.Projections.Inbox;
using Chat.Projections.Timeline;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Tests.Integration.Projections;

public sealed class ProjectionTests : ReadSideTest
{
    ConversationId room;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        room = await chat.Start(ann, members: [bob]);
        await chat.Send(room, ann, "hello");
        await chat.Settled();
    }

    [Fact]
    public async Task a_bad_event_stops_a_projection_until_it_is_skipped()
    {
        var stream = StreamNames.Of(new ConversationId(Guid.CreateVersion7()));
        await chat.Get<IEventLog>().Append(
            stream, StreamName.NoStream, [new(Guid.NewGuid(), "no-such-event", "{}"u8.ToArray(), "{}"u8.ToArray())], Ct);
        await chat.Send(room, ann, "after");

        var checkpoints = chat.Get<Checkpoints>();
        var failures = await checkpoints.Failures(Ct);
        var concerned = chat.Services.GetServices<IProjection>().Count(projection => projection.Filter.Matches(stream));
        for (; failures.Count < concerned; failures = await checkpoints.Failures(Ct)) await Task.Delay(20, Ct);
        Assert.Equal(1, (await chat.Inbox.Item(bob, room, Ct))!.Unread);
        foreach (var (projection, position, _) in failures)
        {
            Assert.True(LogPosition.TryParse(position, out var at));
            await checkpoints.Skip(projection, at, "a test", Ct);
        }

        await chat.Settled();
        Assert.Equal(2, (await chat.Inbox.Item(bob, room, Ct))!.Unread);
        Assert.Empty(await checkpoints.Failures(Ct));
        await chat.VerifyClean();
    }

    [Fact]
    public async Task a_checkpoint_follows_also_where_there_was_nothing_to_write()
    {
        for (var i = 0; i < 3; i++) await chat.Send(room, ann, "nothing for the directory");
        await chat.Settled();

        var head = await chat.Get<IEventLog>().Head(Ct);
        var started = Stopwatch.GetTimestamp();
        while ((await chat.Live("directory")).Position < head)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10), "It stayed behind.");
            await Task.Delay(20, Ct);
        }
    }

    [Fact]
    public async Task of_two_batches_from_one_checkpoint_only_the_first_counts()
    {
        var checkpoints = chat.Get<Checkpoints>();
        var start = (await checkpoints.All(Ct)).Single(checkpoint => checkpoint.Projection == "inbox");
        var until = new LogPosition(start.Position.Commit + 1, start.Position.Prepare + 1);
        await checkpoints.Begin(start).Commit(until, Ct);
        await Assert.ThrowsAsync<FencedException>(() => checkpoints.Begin(start).Commit(until, Ct));
    }

    [Fact]
    public async Task a_batch_applied_twice_changes_nothing()
    {
        foreach (var projection in (IProjection[])[new InboxProjection(), new TimelineProjection()])
        {
            var events = new List<StoredEvent>();
            await foreach (var e in chat.Get<IEventLog>().ReadAll(LogPosition.Start, projection.Filter, 1_000, Ct)) events.Add(e);
            var live = (await chat.Get<Checkpoints>().All(Ct)).Single(checkpoint => checkpoint.Projection == projection.Model.Name);
            var batch = chat.Get<Checkpoints>().Begin(live);
            await projection.Apply(await chat.Get<EventCodec>().Decode(events, Ct), batch, Ct);
            await batch.Commit(live.Position, Ct);
        }
        await chat.VerifyClean();
    }

    [Theory]
    [InlineData("update inbox_v1.items set unread = unread + 1 where unread > 0", "items")]
    [InlineData("update inbox_v1.conversations set last_text = 'stale'", "conversations")]
    [InlineData("delete from timeline_v1.entries where message is not null", "entries")]
    [InlineData("insert into directory_v1.members select conversation, gen_random_uuid(), 0, true, null, now() from directory_v1.members limit 1", "members")]
    public async Task verify_names_what_was_tampered_with(string tampering, string table)
    {
        await chat.Database.Execute(tampering);
        var difference = Assert.Single((await chat.Verify()).SelectMany(verdict => verdict.Differences));
        Assert.Equal(table, difference.Table);
    }
}
