using Chat.Application.Accounts;
using Chat.Domain;
using Chat.Infrastructure.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chat.Infrastructure.Erasing;

/// <summary>
/// A restored backup may bring keys and accounts back that were destroyed since. Whoever the directory knows as erased is erased again before
/// anything is served.
/// </summary>
sealed partial class ErasedAtStart(NpgsqlDataSource database, Erasure erasure, ILogger<ErasedAtStart> logger) : Preparation(logger)
{
    protected override async Task Prepare(CancellationToken ct)
    {
        foreach (var user in await Restored(ct))
        {
            await erasure.Run(user, ct);
            LogErasedAgain(logger, user.Value);
        }
    }

    async Task<List<UserId>> Restored(CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            select user_id from read.directory_erased join chat.personal_keys using (user_id) where erased_at is null
            """);
        var found = new List<UserId>();
        try
        {
            await using var row = await command.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct)) found.Add(new(row.GetGuid(0)));
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // a directory from before erasures: its rebuild reads every one of them anew
        }
        return found;
    }

    [LoggerMessage(EventId = 4002, EventName = "ErasedAgain", Level = LogLevel.Warning, Message = "Security: a key of user {User}, who is erased, was there again (a restored backup?); it is destroyed.")]
    static partial void LogErasedAgain(ILogger logger, Guid user);
}
