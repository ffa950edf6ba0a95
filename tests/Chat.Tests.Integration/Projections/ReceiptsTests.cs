using Chat.Application.Conversations;
using Chat.Application.Receipts;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Domain.Users;

namespace Chat.Tests.Integration.Projections;

public sealed class ReceiptsTests : ReadSideTest
{
    ConversationId room;
    Receipt hello = null!;

    IReceiptViews Receipts => chat.Get<IReceiptViews>();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        room = await chat.Start(ann, members: [bob, cat]);
        hello = await chat.Send(room, ann, "hello");
    }

    async Task<MessageReceipt> Of(UserId member, UserId reader, Receipt? message = null)
    {
        await chat.Settled();
        return (await Receipts.Message(reader, room, (message ?? hello).Message!.Value, null, 100, Ct))!.Single(receipt => receipt.Member == member);
    }

    async Task<MemberReceipt> Place(UserId member, UserId reader)
    {
        await chat.Settled();
        return (await Receipts.Members(reader, room, null, 100, Ct))!.Single(receipt => receipt.Member == member);
    }

    [Fact]
    public async Task a_message_tells_who_has_received_and_read_it_and_when_first()
    {
        Assert.Equal(new(bob, false, false, null, null), await Of(bob, ann));
        var delivered = await chat.Receive(room, bob, delivered: hello.Sequence);
        Assert.Equal((true, false), (await Of(bob, ann)) is var first ? (first.Delivered, first.Read) : default);
        var read = await chat.Receive(room, bob, read: hello.Sequence);
        var later = await chat.Send(room, ann, "later");
        await chat.Receive(room, bob, read: later.Sequence);

        var seen = await Of(bob, ann);
        Assert.Equal((true, true), (seen.Delivered, seen.Read));
        Assert.Equal(delivered.At, seen.DeliveredAt!.Value, TimeSpan.FromMilliseconds(1));
        Assert.Equal(read.At, seen.ReadAt!.Value, TimeSpan.FromMilliseconds(1));
        Assert.Equal([bob, cat], (await Receipts.Message(ann, room, hello.Message!.Value, null, 100, Ct))!.Select(static receipt => receipt.Member));
        await chat.VerifyClean();
    }

    [Fact]
    public async Task a_conversation_tells_how_far_everybody_is()
    {
        await chat.Receive(room, bob, delivered: hello.Sequence);
        await chat.Receive(room, cat, read: hello.Sequence);
        Assert.Equal((hello.Sequence, -1), await Place(bob, ann) is var b ? (b.Delivered, b.Read) : default);
        Assert.Equal((hello.Sequence, hello.Sequence), await Place(cat, ann) is var c ? (c.Delivered, c.Read) : default);
        Assert.Equal(new(ann, -1, -1, null, null), await Place(ann, bob));
        Assert.Contains(new Watermark(cat.Value, hello.Sequence, hello.Sequence), await chat.Get<IReceiptsReader>().Of(room.Value, Ct));
    }

    [Fact]
    public async Task only_members_see_receipts_and_of_members_only()
    {
        var dan = await chat.Register("dan");
        await chat.Receive(room, cat, read: hello.Sequence);
        await chat.Do(new RemoveMember { Conversation = room, By = ann, Member = cat });
        await chat.Do(new AddMember { Conversation = room, By = ann, Member = dan });
        await chat.Settled();

        Assert.Null(await Receipts.Members(cat, room, null, 100, Ct));
        Assert.Null(await Receipts.Message(cat, room, hello.Message!.Value, null, 100, Ct));
        Assert.Null(await Receipts.Message(dan, room, hello.Message!.Value, null, 100, Ct)); // sent before dan came
        Assert.Equal([bob], (await Receipts.Message(ann, room, hello.Message!.Value, null, 100, Ct))!.Select(static receipt => receipt.Member));
        Assert.Equal(new[] { ann, bob, dan }.OrderBy(static user => user.Value), (await Receipts.Members(ann, room, null, 100, Ct))!.Select(static receipt => receipt.Member));
    }

    [Fact]
    public async Task who_hides_their_reading_shows_none_and_sees_none()
    {
        await chat.Receive(room, bob, read: hello.Sequence);
        await chat.Receive(room, cat, read: hello.Sequence);
        await chat.Do(new ChangeReadReceipts { By = bob, Hidden = true });

        Assert.Equal((true, false), await Of(bob, ann) is var hidden ? (hidden.Delivered, hidden.Read) : default);
        Assert.Equal((hello.Sequence, -1), await Place(bob, ann) is var place ? (place.Delivered, place.Read) : default);
        Assert.Equal((true, false), await Of(cat, bob) is var others ? (others.Delivered, others.Read) : default);
        Assert.Null((await Of(cat, bob)).ReadAt);
        Assert.True((await Of(cat, ann)).Read);
        Assert.Equal(hello.Sequence, (await Place(bob, bob)).Read);

        await chat.Do(new ChangeReadReceipts { By = bob, Hidden = false });
        Assert.True((await Of(bob, ann)).Read);
        await chat.VerifyClean();
    }

    [Fact]
    public async Task what_is_older_than_the_last_hundred_messages_counts_as_read()
    {
        for (var i = 0; i < IReceiptViews.Window - 1; i++) await chat.Send(room, ann, $"message {i}");
        Assert.False((await Of(bob, ann)).Read);
        await chat.Send(room, ann, "the hundredth after it");
        Assert.Equal(new(bob, true, true, null, null), await Of(bob, ann));
    }

    [Fact]
    public async Task how_a_member_got_there_is_forgotten_in_time_and_where_they_are_never()
    {
        var second = await chat.Send(room, ann, "second");
        await chat.Receive(room, bob, delivered: hello.Sequence);
        await chat.Receive(room, bob, delivered: second.Sequence);
        var last = second;
        for (var i = 0; i < 150; i++) // two receipts each
        {
            last = await chat.Do(new AddReaction { Conversation = room, By = cat, Message = hello.Message!.Value, Reaction = "👍" });
            await chat.Receive(room, bob, delivered: last.Sequence);
            last = await chat.Do(new RemoveReaction { Conversation = room, By = cat, Message = hello.Message!.Value, Reaction = "👍" });
            await chat.Receive(room, bob, delivered: last.Sequence);
        }
        var newest = await chat.Send(room, ann, "newest");
        var at = (await chat.Receive(room, bob, delivered: newest.Sequence)).At;

        Assert.Equal((true, null), await Of(bob, ann, second) is var old ? (old.Delivered, old.DeliveredAt) : default);
        Assert.Equal(at, (await Of(bob, ann, newest)).DeliveredAt!.Value, TimeSpan.FromMilliseconds(1));
        Assert.Equal(newest.Sequence, (await Place(bob, ann)).Delivered);
        await chat.VerifyClean();
    }

    [Fact]
    public async Task what_was_tampered_with_is_mended_beside_writes()
    {
        await chat.Receive(room, bob, read: hello.Sequence);
        await chat.Settled();
        await chat.Database.Execute("""
            update inbox_v1.items set unread = unread + 7, read_up_to = 3;
            update receipts_v1.members set delivered = 99;
            delete from receipts_v1.steps;
            update timeline_v1.entries set content = '{}' where message is not null;
            insert into directory_v1.members select conversation, gen_random_uuid(), 0, true, null, now() from directory_v1.members limit 1
            """);
        Assert.Equal(4, (await chat.Verify()).Count(static verdict => verdict.Differences.Count > 0));

        var repairing = chat.Repair();
        var sent = 0;
        for (; sent < 10 || !repairing.IsCompleted; sent++) await chat.Send(room, ann, $"message {sent}");
        Assert.True(await repairing > 0);
        await chat.Settled();
        Assert.Equal(sent, (await chat.Inbox.Item(bob, room, Ct))!.Unread);
        await chat.VerifyClean();
    }

    [Theory]
    [InlineData("update inbox_v1.items set unread = unread + 1 where unread > 0 and read_up_to < 0", "items")]
    [InlineData("update inbox_v1.items set read_up_to = read_up_to - 1 where read_up_to >= 0", "items")]
    [InlineData("update receipts_v1.members set read = read + 1", "members")]
    [InlineData("delete from receipts_v1.steps", "steps")]
    public async Task verify_names_a_receipt_that_was_tampered_with(string tampering, string table)
    {
        await chat.Receive(room, bob, read: hello.Sequence);
        await chat.Settled();
        await chat.Database.Execute(tampering);
        Assert.Equal(table, Assert.Single((await chat.Verify()).SelectMany(static verdict => verdict.Differences)).Table);
    }
}
