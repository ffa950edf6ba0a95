using Chat.Application.Search;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Domain.Users;
using Chat.Tests.Integration.Projections;

namespace Chat.Tests.Integration.Search;

/// <summary>What every engine must do, seen through the whole way of a message: sent, projected, found by whoever may see it.</summary>
public abstract class MessageSearchContract : IAsyncLifetime
{
    protected ReadSide Chat { get; private set; } = null!;
    protected UserId Ann { get; private set; }
    protected UserId Bob { get; private set; }
    protected ConversationId Room { get; private set; }

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected abstract Task<ReadSide> Start();

    /// <summary>Everything that is in the log can be found.</summary>
    protected virtual Task Settled() => Chat.Settled();

    /// <summary>False where the engine at hand knows no stems of words.</summary>
    protected virtual bool KnowsForms => true;

    public virtual async ValueTask InitializeAsync()
    {
        Chat = await Start();
        (Ann, Bob) = (await Chat.Register("ann"), await Chat.Register("bob"));
        Room = await Chat.Start(Ann, members: [Bob]);
    }

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Chat?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    protected async Task<SearchPage> Find(UserId reader, string text, SearchOrder order = SearchOrder.Relevance, string? cursor = null, int limit = 20, ConversationId? within = null)
    {
        var (query, refusal) = SearchQueryParser.Parse(text);
        Assert.Null(refusal);
        return (await Chat.Get<MemberSearch>().Find(reader, within, query, order, cursor, limit, Ct))!;
    }

    protected async Task<IEnumerable<string>> Texts(UserId reader, string text) => (await Find(reader, text)).Hits.Select(static hit => hit.Text).Order(StringComparer.Ordinal);

    protected async Task Say(params string[] texts)
    {
        foreach (var text in texts) await Chat.Send(Room, Ann, text);
        await Settled();
    }

    [Fact]
    public async Task all_words_must_be_there_in_any_order()
    {
        await Say("the kettle is on", "tea is in the kettle", "no tea today");
        Assert.Equal(["tea is in the kettle"], await Texts(Bob, "kettle tea"));
        Assert.Equal(["tea is in the kettle", "the kettle is on"], await Texts(Bob, "KETTLE"));
        Assert.Empty(await Texts(Bob, "kettle coffeepot"));
    }

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
    public async Task a_phrase_is_words_side_by_side()
    {
        await Say("green tea please", "tea green please", "green lemon tea", "tea green");
        Assert.Equal(["green tea please"], await Texts(Bob, "\"green tea\""));
    }

    [Fact]
    public async Task a_prefix_goes_on()
    {
        await Say("installing now", "installed it", "instant coffee");
        Assert.Equal(["installed it", "installing now"], await Texts(Bob, "install*"));
        Assert.Equal(["installing now"], await Texts(Bob, "installi*"));
    }

    [Theory]
    [InlineData("Die Straße nach Málaga", "strasse malaga")]
    [InlineData("ＦＵＬＬ　ＷＩＤＴＨ", "full width")]
    [InlineData("see http://example.org/some/page.html", "example.org")]
    [InlineData("mail ann.smith@example.org", "ann.smith@example.org")]
    [InlineData("version 10.04.3 is out", "10.04.3")]
    [InlineData("good 👍 work", "👍")]
    [InlineData("我在东京都工作", "东京")]
    [InlineData("我在东京都工作", "京都")]
    [InlineData("我在东京都工作", "工")]
    [InlineData("我在东京都工作", "作")]
    [InlineData("昨日、東京タワーに行きました", "東京タワー")]
    [InlineData("昨日、東京タワーに行きました", "行きました")]
    [InlineData("내일 서울역에서 만나요", "서울역")]
    [InlineData("내일 서울역에서 만나요", "만나요")]
    [InlineData("昨日、東京 Tower に行きました", "\"東京 tower に\"")]
    [InlineData("昨日、東京 Tower に行きました", "\"tower に行きました\"")]
    [InlineData("东京 大阪 京都", "\"东京 大阪\"")]
    [InlineData("我在Ubuntu中文社区", "ubuntu中文")]
    public async Task words_are_found_in_many_scripts(string text, string query)
    {
        await Say(text, "something else entirely", "其他的话", "ほかのこと", "다른 말");
        Assert.Equal([text], await Texts(Bob, query));
    }

    [Fact]
    public async Task word_forms_are_found_alike_and_marked()
    {
        Assert.SkipUnless(KnowsForms, "This engine's distribution has no stemmers.");
        await Say("she runs every morning", "many cities");
        Assert.Equal(["she runs every morning"], await Texts(Bob, "running"));
        var hit = Assert.Single((await Find(Bob, "city")).Hits);
        Assert.Equal("cities", hit.Text.Substring(hit.Highlights[0].Start, hit.Highlights[0].Length));
        Assert.Empty(await Texts(Bob, "\"running\""));
        Assert.Empty(await Texts(Bob, "\"run\""));
    }

    [Fact]
    public async Task characters_in_another_order_are_another_word()
    {
        await Say("京东快递");
        Assert.Empty(await Texts(Bob, "东京"));
    }

    [Fact]
    public async Task words_of_two_scripts_in_another_order_are_another_phrase()
    {
        await Say("東京 Tower", "Tower 東京", "東京 の Tower");
        Assert.Equal(["東京 Tower"], await Texts(Bob, "\"東京 tower\""));
    }

    [Fact]
    public async Task typos_are_forgiven_when_nothing_is_found_as_written()
    {
        await Say("how to configure the bluetooth keyboard", "the keybord has a typo");
        var corrected = await Find(Bob, "bluetoth configrue");
        Assert.True(corrected.Corrected);
        Assert.Equal("how to configure the bluetooth keyboard", Assert.Single(corrected.Hits).Text);
        Assert.Equal(2, corrected.Hits[0].Highlights.Count);

        var literal = await Find(Bob, "keybord");
        Assert.False(literal.Corrected);
        Assert.Equal("the keybord has a typo", Assert.Single(literal.Hits).Text);
    }

    [Fact]
    public async Task filters_narrow_what_is_found()
    {
        var other = await Chat.Start(Ann, members: [Bob]);
        await Chat.Do(new RenameConversation { Conversation = other, By = Ann, Name = "Tea room" });
        await Chat.Send(Room, Ann, "plain tea");
        await Chat.Send(Room, Bob, "tea at https://example.org");
        await Chat.Send(other, Bob, "tea for you", Ann);
        var pinned = await Chat.Send(other, Ann, "tea rules");
        await Chat.Do(new PinMessage { Conversation = other, By = Ann, Message = pinned.Message!.Value });
        await Settled();

        Assert.Equal(["plain tea", "tea rules"], await Texts(Bob, "tea from:ann"));
        Assert.Equal(["tea at https://example.org", "tea for you"], await Texts(Bob, "tea from:me"));
        Assert.Equal(4, (await Find(Bob, $"tea from:bob from:{Ann}")).Total);
        Assert.Empty(await Texts(Bob, "tea from:nobody"));
        Assert.Equal(["tea for you", "tea rules"], await Texts(Bob, "tea in:\"tea ROOM\""));
        Assert.Equal(["plain tea", "tea at https://example.org"], await Texts(Bob, $"tea in:{Room}"));
        Assert.Empty(await Texts(Bob, "tea in:nowhere"));
        Assert.Equal(["tea at https://example.org"], await Texts(Bob, "has:link"));
        Assert.Equal(["tea for you"], await Texts(Bob, "has:mention tea"));
        Assert.Empty(await Texts(Bob, "tea has:file"));
        Assert.Equal(["tea rules"], await Texts(Bob, "is:pinned"));
        Assert.Equal(4, (await Find(Bob, "tea after:2020-01-01 before:2999-01-01")).Total);
        Assert.Empty(await Texts(Bob, "tea before:2020-01-01"));
        Assert.Empty(await Texts(Bob, "tea after:2999-01-01"));
        Assert.Equal(2, (await Find(Bob, "tea", within: other)).Total);

        await Chat.Do(new UnpinMessage { Conversation = other, By = Ann, Message = pinned.Message.Value });
        await Settled();
        Assert.Empty(await Texts(Bob, "is:pinned"));
    }

    [Fact]
    public async Task files_and_images_are_found_with_and_without_words_until_they_are_deleted()
    {
        var photo = new Attachment(new(Guid.NewGuid()), "photo.png", "image/png", 1_000, new(640, 480, "#a0b1c2"));
        var paper = new Attachment(new(Guid.NewGuid()), "paper.pdf", "application/pdf", 2_000);
        await Chat.Send(Room, Ann, "plain tea");
        await Chat.Send(Room, Ann, "", [photo]);
        var both = await Chat.Send(Room, Ann, "tea leaves", [photo with { File = new(Guid.NewGuid()) }, paper]);
        await Settled();
        Assert.Equal(["", "tea leaves"], await Texts(Bob, "has:image"));
        Assert.Equal(["tea leaves"], await Texts(Bob, "has:file"));
        Assert.Equal(["tea leaves"], await Texts(Bob, "tea has:file has:image"));

        await Chat.Do(new EditMessage { Conversation = Room, By = Ann, Message = both.Message!.Value, Body = new("tea cups") });
        await Settled();
        Assert.Equal(["tea cups"], await Texts(Bob, "has:file"));

        await Chat.Do(new DeleteMessage { Conversation = Room, By = Ann, Message = both.Message.Value });
        await Settled();
        Assert.Empty(await Texts(Bob, "has:file"));
        Assert.Equal([""], await Texts(Bob, "has:image"));
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
        Assert.Equal(["afterwards blackcurrants http://example.org"], await Texts(Bob, "blackcurrants from:ann has:link is:pinned"));
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
        foreach (var query in new[] { "secret", "strawberries", "strawberrys", "straw*", "blackcurrants", "from:ann" }) Assert.Equal(0, (await Find(Ann, query)).Total);
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

    [Theory]
    [InlineData(SearchOrder.Relevance)]
    [InlineData(SearchOrder.Newest)]
    [InlineData(SearchOrder.Oldest)]
    public async Task pages_meet_without_gap_or_overlap(SearchOrder order)
    {
        await Say([.. Enumerable.Range(0, 25).Select(i => $"tea number {i}{string.Concat(Enumerable.Repeat(" tea", i % 3))}"), "no match"]);
        var (found, cursor) = (new List<long>(), (string?)null);
        do
        {
            var page = await Find(Bob, "tea", order, cursor, limit: 7);
            Assert.Equal(25, page.Total);
            Assert.True(page.Exact);
            found.AddRange(page.Hits.Select(static hit => hit.Sequence));
            cursor = page.Cursor;
        }
        while (cursor is not null);
        Assert.Equal(25, found.Distinct().Count());
        Assert.Equal(25, found.Count);
        if (order is SearchOrder.Newest) Assert.Equal(found.OrderDescending(), found);
        if (order is SearchOrder.Oldest) Assert.Equal(found.Order(), found);
    }

    [Fact]
    public async Task highlights_say_where_it_stands()
    {
        await Say("👋 Grüße! Café au lait, 東京タワー");
        Assert.Equal(["Grüße", "Café au"], await Marked("grusse \"cafe au\""));
        Assert.Equal(["東京タワー"], await Marked("東京タワー"));
        Assert.Empty(await Marked("from:ann"));

        async Task<IEnumerable<string>> Marked(string query)
        {
            var hit = Assert.Single((await Find(Bob, query)).Hits);
            return hit.Highlights.Select(part => hit.Text.Substring(part.Start, part.Length));
        }
    }

    [Fact]
    public async Task a_cursor_of_nobody_is_refused()
    {
        await Say("tea");
        foreach (var cursor in new[] { "", "x", "~", "~x", "AAAA", "cDEgMCAw", "e1", new string('A', 900) })
        {
            await Assert.ThrowsAsync<SearchCursorException>(() => Find(Bob, "tea", cursor: cursor));
        }
    }

    [Fact]
    public async Task nothing_that_is_typed_breaks_it()
    {
        await Say("tea & biscuits | 'quoted' : ! ( ) < > * \\ \" % _ { } [ ] ^ ~ / ?");
        foreach (var text in Odd())
        {
            var (query, refusal) = SearchQueryParser.Parse(text);
            if (refusal is null) Assert.NotNull(await Chat.Get<MemberSearch>().Find(Bob, null, query, SearchOrder.Relevance, null, 20, Ct));
        }
        Assert.Equal(1, (await Find(Bob, "tea & biscuits")).Total);

        static IEnumerable<string> Odd()
        {
            string[] parts = ["'", "\"", ":*", "&", "|", "!", "(", ")", "<->", "\\", "%", "*", "~2", "^9", "[a TO b]", "/x/", "{}", "AND", "OR", "NOT", "tea", "te*", "東", "👍", "in:x", "from:'", "1e5", "0x1F", "-1.5", "a-b-c", "a_b", "\u202e", "İ", "ß"];
            var random = new Random(7);
            for (var i = 0; i < 150; i++) yield return string.Join(random.Next(2) == 0 ? " " : "", Enumerable.Range(0, random.Next(1, 8)).Select(_ => parts[random.Next(parts.Length)]));
            yield return new string('a', 500);
            yield return string.Concat(Enumerable.Repeat("東京", 250));
            yield return string.Concat(Enumerable.Repeat("a* ", 32));
        }
    }
}
