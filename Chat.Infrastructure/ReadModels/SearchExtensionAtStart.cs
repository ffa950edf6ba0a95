using Chat.Infrastructure.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chat.Infrastructure.ReadModels;

/// <summary>Makes the extension pg_trgm where it may; says what is missing where it may not.</summary>
sealed partial class SearchExtensionAtStart(NpgsqlDataSource database, PostgresSpelling spelling, ILogger<SearchExtensionAtStart> logger) : Preparation(logger)
{
    protected override async Task Prepare(CancellationToken ct)
    {
        try
        {
            await using var create = database.CreateCommand("create extension if not exists pg_trgm");
            await create.ExecuteNonQueryAsync(ct);
            spelling.Forgives = true;
        }
        catch (PostgresException fault) when (!PostgresFaults.IsUnavailable(fault) || fault.SqlState is PostgresErrorCodes.ObjectNotInPrerequisiteState)
        {
            LogMissing(logger, fault.MessageText);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "Search forgives no typos: the PostgreSQL extension pg_trgm is not there and cannot be created ({Reason}). Have an administrator run 'create extension pg_trgm', then rebuild the projection 'search'.")]
    static partial void LogMissing(ILogger logger, string reason);
}
