using Chat.Application.Search;
using Chat.Domain;
using Chat.Infrastructure.ReadModels;

namespace Chat.Projections.Search;

/// <summary>Takes what an erased user has written, and the words that nobody else used, out of the tables: a page a transaction.</summary>
static class SearchErasure
{
    const int AtOnce = 500;

    public static async Task Run(ReadBatch batch, UserId user, CancellationToken ct)
    {
        while (await SearchTable.DocumentsOf(batch, user, AtOnce, ct) is { Count: > 0 } page)
        {
            var vocabulary = new SearchVocabulary();
            foreach (var document in page) vocabulary.Remove(document.Text);
            var step = batch.Step();
            SearchTable.Save(step, [], [.. page.Select(static document => document.Erased())], [.. vocabulary.Changes]);
            await step.Commit(batch.Start.Position, ct);
        }
    }
}
