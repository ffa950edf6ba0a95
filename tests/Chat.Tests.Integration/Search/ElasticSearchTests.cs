namespace Chat.Tests.Integration.Search;

/// <summary>The contract on a real Elasticsearch: the one of CHAT_TEST_ELASTICSEARCH, which './dev test' starts where it can.</summary>
public sealed class ElasticSearchTests(ProductWithElasticsearch product) : MessageSearchContract(product), IClassFixture<ProductWithElasticsearch>
{
    protected override bool KnowsForms => false; // the distribution for tests leaves them out
}

/// <summary>The same on a real OpenSearch: the one of CHAT_TEST_OPENSEARCH.</summary>
public sealed class OpenSearchTests(ProductWithOpenSearch product) : MessageSearchContract(product), IClassFixture<ProductWithOpenSearch>;
