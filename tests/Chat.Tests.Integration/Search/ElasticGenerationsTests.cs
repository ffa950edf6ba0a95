using Chat.Application.Log;
using Chat.Application.Search;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Infrastructure.ReadModels;
using Chat.Projections;
using Chat.Tests.Integration.Projections;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Tests.Integration.Search;

/// <summary>Generations of the index on a real Elasticsearch: rebuilt beside the live one, compared by document, switched, dropped.</summary>
public sealed class ElasticGenerationsTests : IAsyncLifetime
{
    TestIndex index = null!;
    ReadSide chat = null!;
    UserId ann;
    ConversationId room;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    IProjection Projection => chat.Services.GetServices<IProjection>().Single(static projection => projection.Model.Name == "search_index");

    public async ValueTask InitializeAsync()
    {
        index = TestIndex.At(TestIndex.Elasticsearch);
        chat = await ReadSide.Start(settings: index.Settings(refresh: "00:00:30"));
        ann = await chat.Register("ann");
        room = await chat.Start(ann);
        for (var i = 0; i < 5; i++) await chat.Send(room, ann, $"elderberry {i}");
        var last = await chat.Send(room, ann, "elderberry to be deleted");
        await chat.Do(new DeleteMessage { Conversation = room, By = ann, Message = last.Message!.Value });
        await chat.Settled();
    }

    public async ValueTask DisposeAsync()
    {
        if (chat is not null) await chat.DisposeAsync();
        if (index is not null) await index.DisposeAsync();
    }

    [Fact]
    public async Task a_rebuilt_index_is_compared_and_switched_to_and_the_old_one_goes_when_it_is_dropped()
    {
        var verdict = await Rebuilt();
        Assert.Empty(verdict.Differences);
        Assert.Equal(6, verdict.Rows);
        Assert.Equal(5, (await Find("elderberry")).Total);
        Assert.Equal("30000ms", await index.RefreshInterval(2));
        Assert.Equal(12, await index.Count()); // both, and nothing of the comparison

        Assert.Single(await chat.Get<ProjectionRebuild>().Drop(Projection, Ct));
        Assert.Equal(6, await index.Count());
        Assert.Equal(5, (await Find("elderberry")).Total);
    }

    [Fact]
    public async Task an_index_in_the_making_shows_nothing_until_it_is_switched_to()
    {
        await chat.Build("search_index");
        Assert.Equal("-1", await index.RefreshInterval(2));
    }

    [Fact]
    public async Task what_the_read_model_holds_can_be_found_once_it_is_shown()
    {
        await chat.Send(room, ann, "a late gooseberry");
        await chat.Settled();
        await chat.Get<IMessageSearch>().Show(Ct);
        Assert.Equal(1, (await Find("gooseberry")).Total);
    }

    [Fact]
    public async Task every_document_that_is_wrong_is_named_and_keeps_a_new_index_from_being_switched_to()
    {
        await index.Spoil();
        var verdict = await chat.Get<ProjectionVerification>().Run(Projection, new(), static (_, _) => { }, Ct);
        Assert.Equal(["differs", "is missing", "should not be there"], verdict.Differences.Select(static difference => difference.What).Order());

        await chat.Build("search_index");
        await index.Spoil();
        Assert.NotEmpty((await chat.Switch("search_index")).Differences);
        Assert.NotNull(await chat.Get<Generations>().Unfinished(Projection.Model, Ct));
    }

    [Fact]
    public async Task the_checkpoint_moves_with_what_is_written_to_the_index()
    {
        for (var i = 0; i < 3; i++)
        {
            await chat.Send(room, ann, $"cloudberry {i}");
            await chat.Settled();
            Assert.Equal(await chat.Get<IEventLog>().Head(Ct), (await chat.Live("search_index")).Position);
        }
    }

    async Task<Verdict> Rebuilt()
    {
        await chat.Build("search_index");
        return await chat.Switch("search_index");
    }

    async Task<SearchPage> Find(string words) => (await chat.Get<MemberSearch>().Find(ann, null, SearchQueryParser.Parse(words).Query, SearchOrder.Relevance, null, 20, Ct))!;
}
