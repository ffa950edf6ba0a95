using Chat.Application.Conversations;
using Chat.Application.Timeline;
using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Tests.Integration.Projections;

public sealed class TimelineTests : ReadSideTest
{
    async Task<TimelinePage> Page(UserId reader, ConversationId room, HistoryRange? range = null, int limit = 50)
    {
        await chat.Settled();
        return (await chat.Timeline.Page(reader, room, range ?? new HistoryRange.Newest(), limit, Ct))!;
    }

    [Fact]
    public async Task a_message_is_shown_as_it_now_stands()
    {
        var room = await chat.Start(ann, members: [bob]);
        var sent = await chat.Send(room, ann, "hello");
        var other = await chat.Send(room, bob, "to be deleted");
        await chat.Do(new EditMessage { Conversation = room, By = ann, Message = sent.Message!.Value, Body = new("hello all"), Mentions = [bob] });
        await chat.Do(new AddReaction { Conversation = room, By = bob, Message = sent.Message.Value, Reaction = "👍" });
        await chat.Do(new PinMessage { Conversation = room, By = ann, Message = sent.Message.Value });
        await chat.Do(new DeleteMessage { Conversation = room, By = bob, Message = other.Message!.Value });

        var page = await Page(bob, room);
        var message = page.Entries.Single(entry => entry.Message?.Id == sent.Message).Message!;
        Assert.Equal(("hello all", true), (message.Text, message.Pinned));
        Assert.NotNull(message.EditedAt);
        Assert.Equal([bob], message.Mentions);
        Assert.Equal([new Reaction(bob, "👍")], message.Reactions);

        var deleted = page.Entries.Single(entry => entry.Message?.Id == other.Message).Message!;
        Assert.Null(deleted.Text);
        Assert.Equal(bob, deleted.DeletedBy);
        Assert.Equal(sent.Message, Assert.Single((await chat.Timeline.Pinned(bob, room, Ct))!).Message!.Id);
        await chat.VerifyClean();
    }

    [Fact]
    public async Task pages_meet_without_gap_or_overlap_in_every_direction()
    {
        var room = await chat.Start(ann, members: [bob]);
        for (var i = 0; i < 30; i++) await chat.Send(room, ann, $"message {i}");
        var all = (await Page(ann, room, limit: 100)).Entries.Select(entry => entry.Sequence).ToList();
        Assert.Equal(all.Order(), all);

        var backwards = new List<long>();
        for (HistoryRange range = new HistoryRange.Newest(); ;)
        {
            var page = await Page(ann, room, range, 7);
            backwards.InsertRange(0, page.Entries.Select(entry => entry.Sequence));
            if (!page.HasMoreBefore) break;
            range = new HistoryRange.Before(backwards[0]);
        }
        Assert.Equal(all, backwards);

        var forwards = new List<long>();
        for (var last = -1L; ; last = forwards[^1])
        {
            var page = await Page(ann, room, new HistoryRange.After(last), 7);
            forwards.AddRange(page.Entries.Select(entry => entry.Sequence));
            if (!page.HasMoreAfter) break;
        }
        Assert.Equal(all, forwards);

        var around = await Page(ann, room, new HistoryRange.Around(15), 10);
        Assert.Equal(Enumerable.Range(10, 10).Select(i => (long)i), around.Entries.Select(entry => entry.Sequence));
        Assert.True(around is { HasMoreBefore: true, HasMoreAfter: true });
    }

    [Fact]
    public async Task a_member_sees_from_their_joining_to_their_leaving()
    {
        var room = await chat.Start(ann, members: [bob]);
        await chat.Send(room, ann, "before cat");
        var joined = await chat.Do(new AddMember { Conversation = room, By = ann, Member = cat });
        await chat.Send(room, ann, "with cat");

        Assert.Equal(joined.Sequence, (await Page(cat, room)).Entries[0].Sequence);

        await chat.Do(new RemoveMember { Conversation = room, By = ann, Member = cat });
        await chat.Send(room, ann, "without cat");
        await chat.Settled();
        Assert.Null(await chat.Timeline.Page(cat, room, new HistoryRange.Newest(), 50, Ct));

        var again = await chat.Do(new AddMember { Conversation = room, By = ann, Member = cat });
        Assert.Equal(again.Sequence, (await Page(cat, room)).Entries[0].Sequence);
        await chat.VerifyClean();
    }

    [Fact]
    public async Task shared_history_is_seen_from_the_beginning()
    {
        var room = await chat.Start(ann, ConversationKind.Channel);
        await chat.Send(room, ann, "before bob");
        await chat.Do(new AddMember { Conversation = room, By = ann, Member = bob });
        Assert.Equal(0, (await Page(bob, room)).Entries[0].Sequence);
    }

    [Fact]
    public async Task a_stranger_sees_no_page_no_message_and_no_pin()
    {
        var room = await chat.Start(ann, members: [bob]);
        var sent = await chat.Send(room, ann, "hello");
        await chat.Settled();

        Assert.Null(await chat.Timeline.Page(cat, room, new HistoryRange.Newest(), 50, Ct));
        Assert.Null(await chat.Timeline.Message(cat, room, sent.Message!.Value, Ct));
        Assert.Null(await chat.Timeline.Pinned(cat, room, Ct));
        Assert.NotNull(await chat.Timeline.Message(bob, room, sent.Message.Value, Ct));
    }

    [Fact]
    public async Task one_banned_ahead_is_shown_nothing()
    {
        var room = await chat.Start(ann, members: [bob]);
        await chat.Do(new BanMember { Conversation = room, By = ann, Member = cat });
        await chat.Settled();
        Assert.Null(await chat.Timeline.Page(cat, room, new HistoryRange.Newest(), 50, Ct));
        Assert.Empty((await chat.Inbox.Changes(cat, default, 100, Ct)).Items);
        await chat.VerifyClean();
    }

    [Fact]
    public async Task an_old_message_is_found_for_the_write_path_once_the_timeline_has_it()
    {
        var room = await chat.Start(ann, members: [bob]);
        var sent = await chat.Send(room, ann, "hello");
        await chat.Settled();
        var old = chat.Get<IOldMessages>();

        var head = await old.Find(room, sent.Message!.Value, sent.Sequence, Ct);
        Assert.Equal((ann, sent.Sequence, new MessageBody("hello").Hash), (head!.Author, head.Sequence, head.BodyHash));
        Assert.Null(await old.Find(room, new(Guid.NewGuid()), sent.Sequence, Ct));
        await Assert.ThrowsAsync<ReadModelBehindException>(() => old.Find(room, sent.Message.Value, sent.Sequence + 1, Ct));
    }

    [Fact]
    public async Task an_old_message_is_found_by_its_senders_own_name_for_it()
    {
        var room = await chat.Start(ann, members: [bob]);
        var sent = await chat.Send(room, ann, "hello");
        await chat.Settled();
        var old = chat.Get<IOldMessages>();
        var client = (await chat.Timeline.Message(ann, room, sent.Message!.Value, Ct))!.Message!.ClientMessage;

        Assert.Equal(sent.Sequence, await old.SequenceOf(room, ann, client, sent.Sequence, Ct));
        Assert.Null(await old.SequenceOf(room, bob, client, sent.Sequence, Ct));
        Assert.Null(await old.SequenceOf(room, ann, new(Guid.NewGuid()), sent.Sequence, Ct));
        await Assert.ThrowsAsync<ReadModelBehindException>(() => old.SequenceOf(room, ann, client, sent.Sequence + 1, Ct));
    }
}
