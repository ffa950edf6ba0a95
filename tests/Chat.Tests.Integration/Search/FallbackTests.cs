using Chat.Application.Log;
using Chat.Application.Search;
using Chat.Infrastructure.ReadModels;
using Chat.Tests.Integration.Projections;

namespace Chat.Tests.Integration.Search;

public sealed class FallbackTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    // nothing listens there
    static Dictionary<string, string?> Away(bool fallback) => new()
    {
        ["Search:Engine"] = "elasticsearch", ["Search:Fallback"] = $"{fallback}", ["Search:Elasticsearch:Nodes"] = "http://127.0.0.1:9,http://127.0.0.1:10",
    };

    [Fact]
    public async Task PostgreSQL_answers_for_an_engine_that_is_away_and_says_so()
    {
        await using var chat = await ReadSide.Start(settings: Away(fallback: true));
        var ann = await chat.Register("ann");
        var room = await chat.Start(ann);
        for (var i = 0; i < 3; i++) await chat.Send(room, ann, $"tea {i}");
        await chat.Get<ReadModelProgress>().Reach(await chat.Get<IEventLog>().Head(Ct), ["timeline", "directory", "search"], Ct);

        var search = chat.Get<MemberSearch>();
        var query = SearchQueryParser.Parse("tea").Query;
        var first = (await search.Find(ann, null, query, SearchOrder.Newest, null, 2, Ct))!;
        Assert.True(first.Degraded);
        var second = (await search.Find(ann, null, query, SearchOrder.Newest, first.Cursor, 2, Ct))!;
        Assert.Equal((2, 1, null), (first.Hits.Count, second.Hits.Count, second.Cursor));
    }

    [Fact]
    public async Task without_a_fallback_search_says_that_it_is_away()
    {
        await using var chat = await ReadSide.Start(settings: Away(fallback: false));
        var ann = await chat.Register("ann");
        var room = await chat.Start(ann);
        await chat.Send(room, ann, "tea");
        await chat.Get<ReadModelProgress>().Reach(await chat.Get<IEventLog>().Head(Ct), ["timeline"], Ct);
        await Assert.ThrowsAsync<SearchUnavailableException>(() => chat.Get<MemberSearch>().Find(ann, null, SearchQueryParser.Parse("tea").Query, SearchOrder.Newest, null, 2, Ct));
    }
}
