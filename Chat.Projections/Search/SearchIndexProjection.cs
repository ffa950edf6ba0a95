using Chat.Application.Log;
using Chat.Infrastructure.Elasticsearch;
using Chat.Infrastructure.ReadModels;

namespace Chat.Projections.Search;

/// <summary>
/// Keeps the index that the engine "elasticsearch" searches. The documents are there before the checkpoint moves; what comes twice after a
/// crash is an old version to the index, and changes nothing.
/// </summary>
public sealed class SearchIndexProjection(ElasticIndex index) : IProjection
{
    public ReadModel Model => ElasticIndex.Model;

    public IForeignRows Foreign => index;

    public StreamFilter Filter { get; } = new(StreamNames.Conversations, StreamNames.Users);

    public async Task Apply(IReadOnlyList<DecodedEvent> events, ReadBatch batch, CancellationToken ct)
    {
        await index.Prepare(batch, ct);
        foreach (var user in Erased.In(events)) await index.Erase(batch.Start, user, ct);
        var fold = new SearchFold(await index.Documents(batch.Start, SearchFold.Changed(events), ct));
        foreach (var e in events) fold.Apply(e);
        await index.Save(batch.Start, fold.Documents, ct);
    }
}
