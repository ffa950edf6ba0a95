using Chat.Application.Conversations;
using Chat.Application.Inbox;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Infrastructure.ReadModels;

namespace Chat.Tests.Integration.Projections;

/// <summary>What reading makes of the inbox.</summary>
public sealed class ReadingTests : ReadSideTest
{
    async Task<InboxItem> Item(ConversationId room)
    {
        await chat.Settled();
        return (await chat.Inbox.Item(bob, room, Ct))!;
    }

    async Task Counts(ConversationId room, long unread, long mentions)
    {
        var item = await Item(room);
        Assert.Equal((unread, mentions), (item.Unread, item.Mentions));
    }

    async Task<List<Receipt>> Messages(ConversationId room, int count)
    {
        var sent = new List<Receipt>();
        for (var i = 0; i < count; i++) sent.Add(await chat.Send(room, ann, $"message {i}", i % 2 == 0 ? [bob] : []));
        return sent;
    }

    [Theory]
    [InlineData(ConversationKind.Group)]
    [InlineData(ConversationKind.Channel)]
    public async Task reading_takes_from_the_counters_what_was_read(ConversationKind kind)
    {
        var room = await chat.Start(ann, kind, members: [bob]);
        var sent = await Messages(room, 6);
        await Counts(room, 6, 3);
        await chat.Receive(room, bob, delivered: sent[5].Sequence);
        await Counts(room, 6, 3);
        await chat.Receive(room, bob, read: sent[2].Sequence);
        await Counts(room, 3, 1);
        await chat.Do(new DeleteMessage { Conversation = room, By = ann, Message = sent[0].Message!.Value });
        await chat.Do(new DeleteMessage { Conversation = room, By = ann, Message = sent[4].Message!.Value });
        await Counts(room, 2, 0);
        await chat.Receive(room, bob, read: sent[5].Sequence);
        await Counts(room, 0, 0);
        await chat.Send(room, ann, "one more");
        await Counts(room, 1, 0);
        Assert.Equal(sent[5].Sequence, (await Item(room)).ReadUpTo);
        await chat.VerifyClean();
    }

    [Theory]
    [InlineData(ConversationKind.Group)]
    [InlineData(ConversationKind.Channel)]
    public async Task a_mark_as_unread_brings_messages_back_until_the_next_reading(ConversationKind kind)
    {
        var room = await chat.Start(ann, kind, members: [bob]);
        var sent = await Messages(room, 6);
        await chat.Receive(room, bob, read: sent[5].Sequence);
        await chat.MarkUnread(room, bob, from: sent[3].Sequence);
        await Counts(room, 3, 1);
        Assert.True((await Item(room)).MarkedUnread);
        await chat.Send(room, ann, "one more");
        await Counts(room, 4, 1);

        await chat.Receive(room, bob, read: sent[0].Sequence);
        await Counts(room, 1, 0);
        var item = await Item(room);
        Assert.Equal((false, sent[5].Sequence), (item.MarkedUnread, item.ReadUpTo));
        await chat.VerifyClean();
    }

    [Fact]
    public async Task a_mark_alone_moves_no_counter()
    {
        var room = await chat.Start(ann, members: [bob]);
        var sent = await Messages(room, 2);
        await chat.Receive(room, bob, read: sent[1].Sequence);
        await chat.MarkUnread(room, bob);
        var item = await Item(room);
        Assert.Equal((true, 0, sent[1].Sequence), (item.MarkedUnread, item.Unread, item.ReadUpTo));
        await chat.VerifyClean();
    }

    [Fact]
    public async Task the_total_is_the_sum_and_reading_is_a_change()
    {
        var (one, two) = (await chat.Start(ann, members: [bob]), await chat.Start(ann, members: [bob]));
        var sent = await Messages(one, 3);
        await Messages(two, 2);
        await chat.Settled();
        var before = await chat.Inbox.Page(bob, null, 10, Ct);
        Assert.Equal(new(5, 3), before.Totals);

        await chat.Receive(one, bob, read: sent[2].Sequence);
        await chat.Settled();
        Assert.Equal(new(2, 1), (await chat.Inbox.Page(bob, null, 10, Ct)).Totals);
        Assert.Equal([one], (await chat.Inbox.Changes(bob, before.AsOf, 10, Ct)).Items.Select(static item => item.Conversation));
    }

    [Fact]
    public async Task one_who_left_and_came_back_counts_from_there_whatever_they_had_read()
    {
        var room = await chat.Start(ann, members: [bob]);
        var sent = await Messages(room, 3);
        await chat.Receive(room, bob, read: sent[1].Sequence);
        await chat.Do(new LeaveConversation { Conversation = room, By = bob });
        await chat.Send(room, ann, "meanwhile");
        await chat.Do(new AddMember { Conversation = room, By = ann, Member = bob });
        await Counts(room, 0, 0);
        await Messages(room, 2);
        await Counts(room, 2, 1);
        await chat.VerifyClean();
    }

    [Fact]
    public async Task however_it_is_cut_into_batches_the_same_stands_there()
    {
        var rooms = new[] { await chat.Start(ann, members: [bob]), await chat.Start(ann, ConversationKind.Channel, members: [bob]) };
        var random = new Random(7);
        foreach (var room in rooms)
        {
            var sent = new List<Receipt>();
            for (var i = 0; i < 120; i++)
            {
                var upTo = sent.Count > 0 ? sent[random.Next(sent.Count)].Sequence : 0;
                switch (random.Next(8))
                {
                    case < 4:
                        sent.Add(await chat.Send(room, ann, $"message {i}", i % 3 == 0 ? [bob] : []));
                        break;
                    case 4 when sent.Count > 0:
                        await chat.Do(new DeleteMessage { Conversation = room, By = ann, Message = sent[random.Next(sent.Count)].Message!.Value });
                        break;
                    case 5:
                        await chat.MarkUnread(room, bob, random.Next(3) == 0 ? null : upTo);
                        break;
                    case 6 when i % 5 == 0:
                        await chat.Do(new RemoveMember { Conversation = room, By = ann, Member = bob });
                        await chat.Do(new AddMember { Conversation = room, By = ann, Member = bob });
                        break;
                    default:
                        await chat.Receive(room, bob, read: upTo);
                        break;
                }
            }
        }
        await chat.Settled();
        await chat.VerifyClean(); // the live rows came of batches of one or two, those of the check of one
    }

    /// <summary>In a group every member's counters move with each message, in a channel they are counted when somebody looks.</summary>
    [Fact]
    public async Task counted_ahead_or_when_somebody_looks_the_same_is_shown()
    {
        UserId[] people = [ann, bob, cat];
        ConversationId[] rooms = [await chat.Start(ann, history: History.Shared, members: [bob, cat]), await chat.Start(ann, ConversationKind.Channel, members: [bob, cat])];
        foreach (var room in rooms)
        {
            foreach (var other in people[1..]) await chat.Do(new ChangeRole { Conversation = room, By = ann, Member = other, Role = Role.Admin });
        }
        var random = new Random(11);
        var sent = new List<(UserId By, Receipt[] InRooms)>();
        for (var part = 0; part < 6; part++)
        {
            if (part % 2 == 0) await chat.Get<Checkpoints>().Pause("inbox", true, Ct); // and then all of it in one batch
            for (var i = 0; i < 40; i++) await Act();
            await chat.Get<Checkpoints>().Pause("inbox", false, Ct);
            await chat.Settled();
            foreach (var person in people)
            {
                var (ahead, asked) = ((await chat.Inbox.Item(person, rooms[0], Ct))!, (await chat.Inbox.Item(person, rooms[1], Ct))!);
                Assert.Equal((asked.Unread, asked.Mentions, asked.ReadUpTo), (ahead.Unread, ahead.Mentions, ahead.ReadUpTo));
            }
        }
        await chat.VerifyClean();

        async Task Act()
        {
            var me = people[random.Next(people.Length)];
            UserId[] mentions = random.Next(2) == 0 ? [] : [.. people.Where(_ => random.Next(2) == 0)];
            var (by, which) = sent.Count == 0 ? default : sent[random.Next(sent.Count)];
            switch (sent.Count == 0 ? 0 : random.Next(9))
            {
                case < 4:
                    sent.Add((me, await InBoth((room, _) => chat.Send(room, me, "hello", mentions))));
                    break;
                case 4:
                    var text = $"better {random.Next(3)}";
                    await InBoth((room, i) => chat.Try(new EditMessage { Conversation = room, By = by, Message = which[i].Message!.Value, Body = new(text), Mentions = mentions }));
                    break;
                case 5 when random.Next(2) == 0:
                    await InBoth((room, i) => chat.Try(new DeleteMessage { Conversation = room, By = by, Message = which[i].Message!.Value }));
                    break;
                case 6:
                    await InBoth((room, i) => chat.MarkUnread(room, me, which[i].Sequence));
                    break;
                case 7 when me != ann && random.Next(3) == 0:
                    await InBoth((room, _) => chat.Do(new LeaveConversation { Conversation = room, By = me }));
                    await InBoth((room, _) => chat.Do(new AddMember { Conversation = room, By = ann, Member = me }));
                    await InBoth((room, _) => chat.Do(new ChangeRole { Conversation = room, By = ann, Member = me, Role = Role.Admin }));
                    break;
                default:
                    await InBoth((room, i) => chat.Receive(room, me, read: which[i].Sequence));
                    break;
            }
        }

        async Task<T[]> InBoth<T>(Func<ConversationId, int, Task<T>> act) => [await act(rooms[0], 0), await act(rooms[1], 1)];
    }
}
