using Chat.Application.Log;
using Chat.Application.Search;
using Chat.Infrastructure.ReadModels;
using Chat.Infrastructure.Search;
using Microsoft.Extensions.Options;

namespace Chat.Projections.Search;

/// <summary>Keeps the tables that the engine "postgres" searches.</summary>
public sealed class SearchProjection(IOptions<SearchOptions> options) : IProjection
{
    public ReadModel Model => SearchTable.Model;

    public StreamFilter Filter { get; } = new(StreamNames.Conversations, StreamNames.Users);

    public async Task Apply(IReadOnlyList<DecodedEvent> events, ReadBatch batch, CancellationToken ct)
    {
        foreach (var user in Erased.In(events)) await SearchErasure.Run(batch, user, options.Value.LanguageList, ct);
        var before = await SearchTable.Documents(batch, SearchFold.Changed(events), ct);
        var fold = new SearchFold(before);
        foreach (var e in events) fold.Apply(e);

        var vocabulary = new SearchVocabulary();
        foreach (var document in before) vocabulary.Remove(document.Text);
        foreach (var document in fold.Documents) vocabulary.Add(document.Text);
        SearchTable.Save(batch, fold.Documents, [.. vocabulary.Changes], options.Value.LanguageList);
    }
}
