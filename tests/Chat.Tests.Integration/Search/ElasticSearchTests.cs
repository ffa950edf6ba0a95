using Chat.Tests.Integration.Projections;

namespace Chat.Tests.Integration.Search;

/// <summary>The contract on a real Elasticsearch: the one of CHAT_TEST_ELASTICSEARCH, which './dev test' starts where it can.</summary>
public class ElasticSearchTests : MessageSearchContract
{
    TestIndex index = null!;

    protected virtual string Variable => TestIndex.Elasticsearch;

    protected override bool KnowsForms => false; // the distribution for tests leaves them out

    protected override Task<ReadSide> Start()
    {
        index = TestIndex.At(Variable);
        return ReadSide.Start(settings: index.Settings(KnowsForms ? "english" : ""));
    }

    protected override async Task Settled()
    {
        await base.Settled();
        await index.Refresh();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (index is not null) await index.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>The same on a real OpenSearch: the one of CHAT_TEST_OPENSEARCH.</summary>
public sealed class OpenSearchTests : ElasticSearchTests
{
    protected override string Variable => TestIndex.OpenSearch;

    protected override bool KnowsForms => true;
}
