using Chat.Tests.Integration.Projections;

namespace Chat.Tests.Integration.Search;

/// <summary>The product with one engine, for all tests of a class: each has people and a room of its own.</summary>
public abstract class SearchProduct(string? engine = null, string languages = "") : IAsyncDisposable
{
    ReadSide? chat;
    TestIndex? index;

    /// <summary>Skips the test where there is no such engine.</summary>
    public async Task<ReadSide> Start()
    {
        if (chat is null)
        {
            if (engine is not null) index = TestIndex.At(engine);
            chat = await ReadSide.Start(settings: index?.Settings(languages));
        }
        return chat;
    }

    /// <summary>Everything that is in the log can be found.</summary>
    public async Task Settled()
    {
        await (await Start()).Settled();
        if (index is not null) await index.Refresh();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (chat is not null) await chat.DisposeAsync();
        if (index is not null) await index.DisposeAsync();
    }
}

public sealed class ProductWithPostgres() : SearchProduct;

public sealed class ProductWithElasticsearch() : SearchProduct(TestIndex.Elasticsearch);

public sealed class ProductWithOpenSearch() : SearchProduct(TestIndex.OpenSearch, "english");
