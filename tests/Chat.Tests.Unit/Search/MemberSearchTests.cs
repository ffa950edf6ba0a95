using Chat.Application.Search;
using Chat.Domain;

namespace Chat.Tests.Unit.Search;

/// <summary>What stands around an engine: where it may look, and what of its answer may be shown.</summary>
public sealed class MemberSearchTests
{
    static readonly UserId Ann = new(Guid.CreateVersion7());
    static readonly ConversationId Room = new(Guid.CreateVersion7());

    readonly ScriptedEngine engine = new();
    readonly InMemoryAccess access = new();

    Task<SearchPage?> Find(string text, ConversationId? within = null, string? cursor = null) => new MemberSearch(engine, access).Find(
        Ann, within, SearchQueryParser.Parse(text).Query, SearchOrder.Relevance, cursor, 20, TestContext.Current.CancellationToken);

    static MessageHit Hit(long sequence) => new(Room, sequence, new(Guid.NewGuid()), Ann, default, $"tea {sequence}", []);

    [Fact]
    public async Task the_engine_looks_only_where_the_reader_is_a_member()
    {
        access.Member[Room] = 7;
        await Find("tea");
        Assert.Equal([new SearchPlace(Room, 7)], Assert.Single(engine.Asked).Within);
    }

    [Fact]
    public async Task for_a_stranger_no_engine_is_asked()
    {
        Assert.Equal(SearchPage.Nothing, await Find("tea"));
        Assert.Null(await Find("tea", Room));
        Assert.Null(await Find($"tea in:{Room}", Room));
        Assert.Empty(engine.Asked);
    }

    [Fact]
    public async Task a_hit_that_is_no_longer_there_is_not_shown_whatever_the_index_says()
    {
        access.Member[Room] = 0;
        access.Gone.Add(2);
        engine.Answers.Enqueue(new([Hit(1), Hit(2), Hit(3)], 3, true, null));
        Assert.Equal([1, 3], (await Find("tea"))!.Hits.Select(static hit => hit.Sequence));
    }

    [Fact]
    public async Task other_spellings_are_tried_only_when_nothing_was_found_and_on_all_pages_then()
    {
        access.Member[Room] = 0;
        engine.Answers.Enqueue(new([Hit(1)], 1, true, null));
        Assert.False((await Find("kettle"))!.Corrected);

        engine.Answers.Enqueue(SearchPage.Nothing);
        engine.Answers.Enqueue(new([Hit(1)], 1, true, "next"));
        var page = (await Find("ketle"))!;
        Assert.True(page.Corrected);
        await Find("ketle", cursor: page.Cursor);
        Assert.Equal([(false, null), (false, null), (true, null), (true, "next")], engine.Asked.Select(static asked => (asked.Corrected, asked.Cursor)));

        engine.Asked.Clear();
        await Find("\"ketle\"");
        Assert.Single(engine.Asked);
    }

    [Fact]
    public async Task a_sender_whom_nobody_knows_has_said_nothing()
    {
        access.Member[Room] = 0;
        Assert.Equal(SearchPage.Nothing, await Find("from:nobody"));
        await Find("from:me");
        Assert.Equal([Ann], Assert.Single(engine.Asked).Senders!);
    }

    sealed class ScriptedEngine : IMessageSearch
    {
        public Queue<SearchPage> Answers { get; } = [];
        public List<SearchRequest> Asked { get; } = [];

        public Task<SearchPage> Find(SearchRequest request, CancellationToken ct)
        {
            Asked.Add(request);
            return Task.FromResult(Answers.TryDequeue(out var page) ? page : SearchPage.Nothing);
        }
    }

    sealed class InMemoryAccess : ISearchAccess
    {
        public Dictionary<ConversationId, long> Member { get; } = [];
        public HashSet<long> Gone { get; } = [];

        public Task<IReadOnlyList<SearchPlace>> Places(UserId reader, IReadOnlyList<string> named, CancellationToken ct) => Task.FromResult<IReadOnlyList<SearchPlace>>(
            [.. Member.Where(place => named.Count == 0 || named.Contains($"{place.Key}")).Select(static place => new SearchPlace(place.Key, place.Value))]);

        public Task<IReadOnlyList<UserId>> Users(IReadOnlyList<string> names, CancellationToken ct) => Task.FromResult<IReadOnlyList<UserId>>([]);

        public Task<IReadOnlyList<MessageHit>> StillThere(UserId reader, IReadOnlyList<MessageHit> hits, CancellationToken ct) =>
            Task.FromResult<IReadOnlyList<MessageHit>>([.. hits.Where(hit => !Gone.Contains(hit.Sequence))]);
    }
}
