using Chat.Application.Search;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Tests.Integration.Projections;

namespace Chat.Tests.Integration.Search;

/// <summary>What every engine must do, seen through the whole way of a message: sent, projected, found by whoever may see it.</summary>
public abstract partial class MessageSearchContract(SearchProduct product) : IAsyncLifetime
{
    readonly string ann = $"ann{Guid.NewGuid():N}"[..16];

    protected ReadSide Chat { get; private set; } = null!;
    protected UserId Ann { get; private set; }
    protected UserId Bob { get; private set; }
    protected ConversationId Room { get; private set; }

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    Task Settled() => product.Settled();

    /// <summary>False where the engine at hand knows no stems of words.</summary>
    protected virtual bool KnowsForms => true;

    public async ValueTask InitializeAsync()
    {
        Chat = await product.Start();
        (Ann, Bob) = (await Chat.Register(ann), await Chat.Register($"bob-{ann}"));
        Room = await Chat.Start(Ann, members: [Bob]);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
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

        Assert.Equal(["plain tea", "tea rules"], await Texts(Bob, $"tea from:{ann}"));
        Assert.Equal(["tea at https://example.org", "tea for you"], await Texts(Bob, "tea from:me"));
        Assert.Equal(4, (await Find(Bob, $"tea from:{Bob} from:{ann}")).Total);
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
