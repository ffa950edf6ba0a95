using Chat.Application.Search;
using Chat.Domain.Conversations;
using Chat.Domain.Users;

namespace Chat.Tests.Integration.Search;

/// <summary>What may not be found: no longer there, or not the reader's.</summary>
public abstract partial class MessageSearchContract
{
    [Fact]
    public async Task nothing_is_found_of_an_erased_author()
    {
        var (early, own) = (await Chat.Send(Room, Ann, "strawberries from ann"), await Chat.Send(Room, Bob, "strawberries from bob"));
        await Settled();
        await Chat.Do(new EditMessage { Conversation = Room, By = Ann, Message = early.Message!.Value, Body = new("raspberries and strawberries") });
        await Chat.Do(new EraseUser { By = Ann });
        await Chat.Do(new EditMessage { Conversation = Room, By = Bob, Message = own.Message!.Value, Body = new("strawberries by bob") });
        await Settled();
        Assert.Equal(["strawberries by bob"], await Texts(Bob, "strawberries"));
        Assert.Empty(await Texts(Bob, "raspberries"));
        Assert.Empty(await Texts(Bob, "erased"));
        await Chat.VerifyClean();
    }

    [Fact]
    public async Task an_edit_is_found_by_its_new_words_only()
    {
        var sent = await Chat.Send(Room, Ann, "originally strawberries");
        await Chat.Do(new PinMessage { Conversation = Room, By = Ann, Message = sent.Message!.Value });
        await Settled();
        await Chat.Do(new EditMessage { Conversation = Room, By = Ann, Message = sent.Message.Value, Body = new("afterwards blackcurrants http://example.org") });
        await Settled();
        Assert.Empty(await Texts(Bob, "strawberries"));
        Assert.Equal(["afterwards blackcurrants http://example.org"], await Texts(Bob, $"blackcurrants from:{ann} has:link is:pinned"));
    }

    [Fact]
    public async Task a_deleted_text_is_never_found()
    {
        var early = await Chat.Send(Room, Ann, "secret strawberries");
        await Settled();
        var late = await Chat.Send(Room, Ann, "secret blackcurrants");
        await Chat.Do(new DeleteMessage { Conversation = Room, By = Ann, Message = late.Message!.Value });
        await Chat.Do(new DeleteMessage { Conversation = Room, By = Ann, Message = early.Message!.Value });
        await Settled();
        foreach (var query in new[] { "secret", "strawberries", "strawberrys", "straw*", "blackcurrants", $"from:{ann}" }) Assert.Equal(0, (await Find(Ann, query)).Total);
    }

    [Fact]
    public async Task only_what_may_be_seen_now_is_found()
    {
        var cat = await Chat.Register("cat");
        await Chat.Send(Room, Ann, "tea before cat");
        await Settled();
        Assert.Empty(await Texts(cat, "tea"));
        Assert.Null(await Chat.Get<MemberSearch>().Find(cat, Room, SearchQueryParser.Parse("tea").Query, SearchOrder.Relevance, null, 20, Ct));

        await Chat.Do(new AddMember { Conversation = Room, By = Ann, Member = cat });
        await Chat.Send(Room, Ann, "tea with cat");
        await Settled();
        Assert.Equal(["tea with cat"], await Texts(cat, "tea"));
        Assert.Equal(["tea before cat", "tea with cat"], await Texts(Bob, "tea"));

        await Chat.Do(new RemoveMember { Conversation = Room, By = Ann, Member = cat });
        await Chat.Send(Room, Ann, "tea after cat");
        await Settled();
        Assert.Empty(await Texts(cat, "tea"));
        Assert.Equal(0, (await Find(cat, $"tea in:{Room}")).Total);
    }

    [Fact]
    public async Task shared_history_is_found_from_the_beginning()
    {
        var channel = await Chat.Start(Ann, ConversationKind.Channel);
        await Chat.Send(channel, Ann, "tea in the beginning");
        await Chat.Do(new AddMember { Conversation = channel, By = Ann, Member = Bob });
        await Settled();
        Assert.Equal(["tea in the beginning"], await Texts(Bob, "tea"));
    }
}
