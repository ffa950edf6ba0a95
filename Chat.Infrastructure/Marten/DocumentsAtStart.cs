using Chat.Infrastructure.Postgres;
using Marten;
using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.Marten;

/// <summary>Makes the tables of the documents.</summary>
sealed class DocumentsAtStart(IDocumentStore documents, ILogger<DocumentsAtStart> logger) : Preparation(logger)
{
    protected override Task Prepare(CancellationToken ct) => documents.Storage.ApplyAllConfiguredChangesToDatabaseAsync().WaitAsync(ct);
}
