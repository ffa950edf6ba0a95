using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.Postgres;

/// <summary>Brings the schema up to date with this build.</summary>
sealed class MigrationsAtStart(Migrations migrations, IEnumerable<Migration> all, ILogger<MigrationsAtStart> logger) : Preparation(logger)
{
    protected override Task Prepare(CancellationToken ct) => migrations.Apply(all, ct);
}
