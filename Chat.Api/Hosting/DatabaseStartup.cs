using Chat.Infrastructure.Marten;
using Chat.Infrastructure.Postgres;

namespace Chat.Api.Hosting;

/// <summary>The documents' schema and the signing keys: without them nobody can log in.</summary>
sealed class DatabaseStartup(DocumentSchema documents, SigningKeys keys, ILogger<DatabaseStartup> logger) : Preparation(logger)
{
    protected override async Task Prepare(CancellationToken ct)
    {
        await documents.Apply(ct);
        await keys.Load(ct);
    }
}
