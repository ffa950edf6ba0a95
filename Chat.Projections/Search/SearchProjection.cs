using Chat.Application.Log;
using Chat.Application.Search;
using Chat.Infrastructure.ReadModels;

namespace Chat.Projections.Search;

/// <summary>Keeps the tables that the engine "postgres" searches.</summary>
public sealed class SearchProjection(PostgresStems dictionary) : IProjection
{
    public ReadModel Model => SearchTable.Model;

    public StreamFilter Filter { get; } = new(StreamNames.Conversations, StreamNames.Users);

    public async Task Apply(IReadOnlyList<DecodedEvent> events, ReadBatch batch, CancellationToken ct)
    {
        foreach (var user in Erased.In(events)) await SearchErasure.Run(batch, user, ct);
        var before = await SearchTable.Documents(batch, SearchFold.Changed(events), ct);
        var fold = new SearchFold(before);
        foreach (var e in events) fold.Apply(e);

        var documents = fold.Documents.ToLookup(static document => document.Text is not null);
        var kept = documents[true].ToList();
        var texts = kept.ConvertAll(static document => SearchText.Tokens(document.Text!));
        var vocabulary = new SearchVocabulary();
        foreach (var document in before) vocabulary.Remove(document.Text);
        foreach (var text in texts) vocabulary.Add(text);
        var stems = await dictionary.Of(TsVector.Words(texts), ct);
        SearchTable.Save(batch, [.. kept.Zip(texts, (document, text) => new IndexedText(document, TsVector.Of(text, stems)))], [.. documents[false]], [.. vocabulary.Changes]);
    }
}
