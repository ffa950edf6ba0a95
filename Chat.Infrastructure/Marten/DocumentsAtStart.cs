using Chat.Infrastructure.Postgres;
using Marten;
using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.Marten;

/// <summary>Makes the tables of the documents. Marten itself fails when two nodes do so at the same time.</summary>
sealed class DocumentsAtStart(IDocumentStore documents, Migrations migrations, ILogger<DocumentsAtStart> logger) : Preparation(logger)
{
    protected override Task Prepare(CancellationToken ct) =>
        migrations.Alone(_ => documents.Storage.ApplyAllConfiguredChangesToDatabaseAsync().WaitAsync(ct), ct);
}
