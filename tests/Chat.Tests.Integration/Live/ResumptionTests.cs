using Chat.Api.Live;
using Chat.Application.Log;
using Chat.Domain;
using Chat.Tests.Integration.Projections;

namespace Chat.Tests.Integration.Live;

public sealed class ResumptionTests : ReadSideTest
{
    Task<ResumeReply> Resume(UserId user, Dictionary<string, long> last, string? epoch = null, string? position = null, ReadSide? on = null) =>
        new Resumption((on ?? chat).Get<IEventLog>(), chat.Get<EventCodec>(), chat.Timeline, chat.Inbox).Resume(user, new(last, epoch, position), Ct);

    async Task<string> Resume(UserId user, ConversationId room, long last, string? epoch = null) => Shown((await Resume(user, new() { [room.ToString()] = last }, epoch)).Conversations!.Values.Single());

    static string Shown(ResumedConversation resumed)
    {
        Assert.True(resumed.Recovered || resumed.Entries.Count == 0, "part of what was missed");
        return resumed.Recovered ? $"[{string.Join(' ', resumed.Entries.Select(static entry => entry.Sequence))}] of {resumed.Head}" : $"{resumed.Code} at {resumed.Head}";
    }

    [Fact]
    public async Task every_position_is_answered_with_all_that_was_missed_or_with_the_head()
    {
        var room = await chat.Start(ann, members: [bob]); // 0 started, 1 and 2 joined
        for (var i = 3; i <= 7; i++) await chat.Send(room, ann, $"message {i}");
        await chat.Do(new Chat.Domain.Conversations.AddMember { Conversation = room, By = ann, Member = cat }); // 8: she sees nothing before
        await chat.Send(room, ann, "message 9");
        var away = await chat.Start(ann, members: [bob]);
        await Task.WhenAll(Enumerable.Range(0, 501).Select(i => chat.Send(away, ann, $"message {i}")));
        var removed = await chat.Start(ann, members: [bob]);
        await chat.Send(removed, ann, "kept no longer");
        await chat.Settled();
        await chat.Get<IEventLog>().Delete(StreamNames.Of(removed), Ct);

        Assert.Equal("[] of 9", await Resume(bob, room, 9)); // same
        Assert.Equal("[7 8 9] of 9", await Resume(bob, room, 6)); // behind
        Assert.Equal("[2 3 4 5 6 7 8 9] of 9", await Resume(bob, room, -1)); // empty: from where he may see it
        Assert.Equal("[8 9] of 9", await Resume(cat, room, 3)); // behind what she may see
        Assert.Equal("too_far_behind at 503", await Resume(bob, away, 2));
        Assert.Equal($"[{string.Join(' ', Enumerable.Range(4, 500))}] of 503", await Resume(bob, away, 3)); // just not too far
        Assert.Equal("too_far_behind at 3", await Resume(bob, removed, 2)); // behind what is kept
        Assert.Equal("sequence_ahead at 9", await Resume(bob, room, 10));
        Assert.Equal("epoch_changed at 9", await Resume(bob, room, 6, Guid.NewGuid().ToString()));
        Assert.Equal("conversation_not_found at -1", await Resume(cat, away, 0)); // foreign
        Assert.Equal("conversation_not_found at -1", await Resume(bob, new(Guid.NewGuid()), 0)); // none
    }

    [Fact]
    public async Task what_a_device_sent_itself_it_may_know_before_the_timeline_does()
    {
        var room = await chat.Start(ann, members: [bob]);
        await chat.Settled();
        await chat.Stop();
        chat = await ReadSide.Start(chat.Database, runners: false); // nobody projects what follows

        var sent = await chat.Send(room, ann, "hello");
        Assert.Equal($"[] of {sent.Sequence - 1}", await Resume(ann, room, sent.Sequence));
        Assert.Equal($"sequence_ahead at {sent.Sequence - 1}", await Resume(ann, room, sent.Sequence + 1));
    }

    [Fact]
    public async Task many_conversations_are_each_answered_for_themselves()
    {
        var rooms = new List<ConversationId>();
        for (var i = 0; i < 20; i++) rooms.Add(await chat.Start(ann, members: [bob]));
        foreach (var room in rooms.Where((_, i) => i % 2 == 0)) await chat.Send(room, ann, "hello");
        await chat.Settled();

        var reply = await Resume(bob, rooms.ToDictionary(static room => room.ToString(), static _ => 2L));
        Assert.Equal(rooms.Select((_, i) => i % 2 == 0 ? "[3] of 3" : "[] of 2"), rooms.Select(room => Shown(reply.Conversations![room.ToString()])));
    }

    [Fact]
    public async Task an_answer_holds_so_much_and_those_furthest_behind_page()
    {
        var rooms = new List<ConversationId>();
        for (var i = 0; i < 5; i++) rooms.Add(await chat.Start(ann, members: [bob]));
        await Task.WhenAll(rooms.SelectMany((room, i) => Enumerable.Range(0, 440 + i).Select(n => chat.Send(room, ann, $"message {n}"))));
        await chat.Settled();

        var reply = await Resume(bob, rooms.ToDictionary(static room => room.ToString(), static _ => 2L));
        Assert.Equal([true, true, true, true, false], rooms.Select(room => reply.Conversations![room.ToString()].Recovered));
    }

    [Fact]
    public async Task the_inbox_is_resumed_from_its_position_or_read_anew()
    {
        var (busy, quiet) = (await chat.Start(ann, members: [bob]), await chat.Start(ann, members: [bob]));
        await chat.Settled();
        var known = (await chat.Inbox.Page(bob, null, 10, Ct)).AsOf.ToString();
        await chat.Send(busy, ann, "hello");
        await chat.Settled();

        var resumed = (await Resume(bob, [], position: known)).Inbox!;
        Assert.True(resumed.Recovered);
        Assert.Equal((busy.ToString(), 1), (Assert.Single(resumed.Changes).ConversationId, resumed.Changes[0].Unread));
        Assert.Empty((await Resume(bob, [], position: resumed.Position)).Inbox!.Changes);
        Assert.Equal("position_ahead", (await Resume(bob, [], position: "999999")).Inbox!.Code);
        Assert.Equal("epoch_changed", (await Resume(bob, [], Guid.NewGuid().ToString(), known)).Inbox!.Code);
        Assert.Equal("invalid_argument", (await Resume(bob, [], position: "yesterday")).Code);
    }

    [Theory]
    [InlineData("no id", 0)]
    [InlineData("01234567-89ab-cdef-0123-456789abcdef", -2)]
    public async Task what_is_no_position_is_refused(string conversation, long last) =>
        Assert.Equal("invalid_argument", (await Resume(bob, new() { [conversation] = last })).Code);

    [Fact]
    public async Task more_conversations_than_an_answer_may_hold_are_refused() =>
        Assert.Equal("too_many_conversations", (await Resume(bob, Enumerable.Range(0, 1_001).ToDictionary(static _ => Guid.NewGuid().ToString(), static _ => 0L))).Code);
}
