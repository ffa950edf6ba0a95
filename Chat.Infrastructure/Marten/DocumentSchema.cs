using Marten;

namespace Chat.Infrastructure.Marten;

/// <summary>The tables of the documents, made when a node starts.</summary>
public sealed class DocumentSchema(IDocumentStore documents)
{
    public Task Apply(CancellationToken ct) => documents.Storage.ApplyAllConfiguredChangesToDatabaseAsync().WaitAsync(ct);
}
