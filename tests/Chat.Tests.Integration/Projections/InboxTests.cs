using Chat.Application.Inbox;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Domain.Users;

namespace Chat.Tests.Integration.Projections;

public sealed class InboxTests : ReadSideTest
{
    async Task<InboxItem> Item(UserId user, ConversationId room)
    {
        await chat.Settled();
        return (await chat.Inbox.Item(user, room, Ct))!;
    }

    async Task<(long Unread, long Mentions)> Counts(UserId user, ConversationId room)
    {
        var item = await Item(user, room);
        return (item.Unread, item.Mentions);
    }

    [Theory]
    [InlineData(ConversationKind.Group)]
    [InlineData(ConversationKind.Channel)]
    public async Task unread_counts_what_others_said_and_not_what_was_deleted(ConversationKind kind)
    {
        var room = await chat.Start(ann, kind, members: [bob]);
        await chat.Send(room, ann, "one");
        var two = await chat.Send(room, ann, "two for bob", bob);
        Assert.Equal((2, 1), await Counts(bob, room));
        Assert.Equal((0, 0), await Counts(ann, room));

        await chat.Do(new DeleteMessage { Conversation = room, By = ann, Message = two.Message!.Value });
        Assert.Equal((1, 0), await Counts(bob, room));
        Assert.Null((await Item(bob, room)).Last!.Text);
        await chat.VerifyClean();
    }

    [Theory]
    [InlineData(ConversationKind.Group)]
    [InlineData(ConversationKind.Channel)]
    public async Task an_edit_moves_the_mention(ConversationKind kind)
    {
        var room = await chat.Start(ann, kind, members: [bob, cat]);
        var sent = await chat.Send(room, ann, "for bob", bob);
        await chat.Do(new EditMessage { Conversation = room, By = ann, Message = sent.Message!.Value, Body = new("for cat"), Mentions = [cat] });

        Assert.Equal((1, 0), await Counts(bob, room));
        Assert.Equal((1, 1), await Counts(cat, room));
        Assert.Equal("for cat", (await Item(cat, room)).Last!.Text);
        await chat.VerifyClean();
    }

    [Fact]
    public async Task counting_begins_with_the_joining_and_anew_with_the_next()
    {
        var room = await chat.Start(ann, members: [bob]);
        await chat.Send(room, ann, "before");
        await chat.Do(new AddMember { Conversation = room, By = ann, Member = cat });
        Assert.Equal((0, 0), await Counts(cat, room));
        Assert.Null((await Item(cat, room)).Last);
        await chat.Send(room, ann, "after");
        Assert.Equal((1, 0), await Counts(cat, room));

        await chat.Do(new LeaveConversation { Conversation = room, By = cat });
        await chat.Send(room, ann, "gone");
        await chat.Do(new AddMember { Conversation = room, By = ann, Member = cat });
        Assert.Equal((0, 0), await Counts(cat, room));
        await chat.VerifyClean();
    }

    [Fact]
    public async Task the_list_is_sorted_by_lamport_time_and_paged()
    {
        var rooms = new List<ConversationId>();
        for (var i = 0; i < 5; i++) rooms.Add(await chat.Start(ann, members: [bob]));
        await chat.Settled();
        foreach (var room in Enumerable.Reverse(rooms))
        {
            await chat.Send(room, ann, "hello");
        }
        await chat.Settled();

        var seen = new List<ConversationId>();
        InboxCursor? cursor = null;
        while (true)
        {
            var page = await chat.Inbox.Page(bob, cursor, 2, Ct);
            seen.AddRange(page.Items.Select(item => item.Conversation));
            if (!page.HasMore) break;
            cursor = new(page.Items[^1].Lamport, page.Items[^1].Conversation);
        }
        Assert.Equal(5, seen.Count);
        Assert.Equal(rooms, seen);
    }

    [Fact]
    public async Task changes_are_told_once_and_so_is_leaving()
    {
        var room = await chat.Start(ann, members: [bob]);
        await chat.Settled();
        var first = await chat.Inbox.Changes(bob, default, 10, Ct);
        Assert.Equal([room], first.Items.Select(item => item.Conversation));
        Assert.Empty((await chat.Inbox.Changes(bob, first.Until, 10, Ct)).Items);

        await chat.Send(room, ann, "hello");
        await chat.Settled();
        var second = await chat.Inbox.Changes(bob, first.Until, 10, Ct);
        Assert.Equal(1, Assert.Single(second.Items).Unread);

        await chat.Do(new RemoveMember { Conversation = room, By = ann, Member = bob });
        await chat.Send(room, ann, "secret");
        await chat.Settled();
        var third = Assert.Single((await chat.Inbox.Changes(bob, second.Until, 10, Ct)).Items);
        Assert.Equal((true, null, null), (third.Left, third.Last, third.Name));
    }

    [Fact]
    public async Task preferences_are_kept_and_left_out_of_the_total()
    {
        var (loud, quiet) = (await chat.Start(ann, members: [bob]), await chat.Start(ann, members: [bob]));
        await chat.Send(loud, ann, "hello");
        await chat.Send(quiet, ann, "hello");
        await chat.Do(new ChangeInboxPreference { By = bob, Conversation = quiet, Muted = true, Pinned = true });

        var item = await Item(bob, quiet);
        Assert.Equal((true, true, false), (item.Muted, item.Pinned, item.Archived));
        Assert.Equal(1, (await chat.Inbox.Page(bob, null, 10, Ct)).Totals.Unread);
        await chat.VerifyClean();
    }

    [Fact]
    public async Task a_direct_conversation_names_the_other()
    {
        var room = await chat.Start(ann, ConversationKind.Direct, members: [bob]);
        Assert.Equal(bob, (await Item(ann, room)).With);
        Assert.Equal(ann, (await Item(bob, room)).With);
    }

    [Fact]
    public async Task the_clock_is_what_the_user_can_have_seen()
    {
        var room = await chat.Start(ann, members: [bob]);
        for (var i = 0; i < 5; i++) await chat.Send(room, ann, "hello");
        var item = await Item(bob, room);
        Assert.Equal(item.Lamport, await chat.Inbox.ClockOf(bob, Ct));
        Assert.Equal(0, await chat.Inbox.ClockOf(cat, Ct));
    }
}
