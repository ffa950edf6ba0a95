using Chat.Api.Live;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Tests.Integration.Projections;

namespace Chat.Tests.Integration.Live;

/// <summary>Who gets an entry when nothing is known of the conversation yet, and all of it has happened already.</summary>
public sealed class AudienceTests : ReadSideTest
{
    static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    async Task<IEnumerable<UserId>> Of(ConversationId room, long sequence, ConversationEvent @event)
    {
        await chat.Settled();
        return (await new Audience(chat.Timeline).Of([(room, sequence, @event)], Ct))[0].Order(Comparer<UserId>.Create(static (a, b) => a.Value.CompareTo(b.Value)));
    }

    static IEnumerable<UserId> Members(params UserId[] users) => users.Order(Comparer<UserId>.Create(static (a, b) => a.Value.CompareTo(b.Value)));

    [Fact]
    public async Task a_removed_member_gets_their_own_removal_and_nothing_after_it()
    {
        var room = await chat.Start(ann, members: [bob, cat]);
        var before = await chat.Send(room, ann, "before");
        var removal = await chat.Do(new RemoveMember { Conversation = room, By = ann, Member = bob });
        var after = await chat.Send(room, ann, "after");

        var removed = new MemberRemoved { By = ann, At = Now, Member = bob };
        Assert.Equal(Members(ann, bob, cat), await Of(room, removal.Sequence, removed));
        Assert.Equal(Members(ann, cat), await Of(room, after.Sequence, Message(ann)));
        Assert.Equal(Members(ann, bob, cat), await Of(room, before.Sequence, Message(ann)));
        Assert.Equal(Members(ann, cat), Members([.. (await new Audience(chat.Timeline).After([(room, removal.Sequence)], Ct))[room].Users]));
    }

    [Fact]
    public async Task a_ban_after_leaving_shows_nothing_of_what_was_said_between()
    {
        var room = await chat.Start(ann, members: [bob, cat]);
        var leaving = await chat.Do(new LeaveConversation { Conversation = room, By = cat });
        var said = await chat.Send(room, ann, "she is gone");
        await chat.Do(new BanMember { Conversation = room, By = ann, Member = cat });

        Assert.Equal(Members(ann, bob, cat), await Of(room, leaving.Sequence, new MemberLeft { By = cat, At = Now }));
        Assert.Equal(Members(ann, bob), await Of(room, said.Sequence, Message(ann)));
        await chat.VerifyClean();
    }

    [Fact]
    public async Task of_a_page_from_several_conversations_each_event_goes_to_those_who_are_there_then()
    {
        var (one, two) = (await chat.Start(ann, members: [bob, cat]), await chat.Start(bob, members: [cat]));
        var removal = await chat.Do(new RemoveMember { Conversation = one, By = ann, Member = bob });
        var elsewhere = await chat.Send(two, bob, "elsewhere");
        var after = await chat.Send(one, ann, "after");
        await chat.Settled();

        var audience = new Audience(chat.Timeline);
        var page = await audience.Of(
        [
            (one, removal.Sequence, new MemberRemoved { By = ann, At = Now, Member = bob }), (two, elsewhere.Sequence, Message(bob)), (one, after.Sequence, Message(ann)),
        ], Ct);
        Assert.Equal([Members(ann, bob, cat), Members(bob, cat), Members(ann, cat)], page.Select(static members => Members([.. members])));

        var heads = await audience.After([(one, after.Sequence), (two, elsewhere.Sequence)], Ct);
        Assert.Equal(Members(ann, cat), Members([.. heads[one].Users]));
        Assert.Equal(Members(bob, cat), Members([.. heads[two].Users]));
    }

    static MessageSent Message(UserId by) => new()
    {
        By = by, At = Now, Message = new(Guid.CreateVersion7()), ClientMessage = new(Guid.NewGuid()), Body = new("hello"), Mentions = [],
    };
}
