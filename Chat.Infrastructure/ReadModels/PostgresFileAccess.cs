using Chat.Application.Files;
using Chat.Domain;
using Chat.Infrastructure.Postgres;
using Npgsql;

namespace Chat.Infrastructure.ReadModels;

/// <summary>The same right to see as history's: whoever is shown the message now may have its files.</summary>
public sealed class PostgresFileAccess(NpgsqlDataSource database) : IFileAccess
{
    public async Task<bool> MaySee(UserId reader, FileId file, CancellationToken ct)
    {
        await using var command = database.Command(
            """
            select exists (
                select from read.timeline_attachments a join read.timeline_visibility v using (conversation)
                where a.file = $1 and not a.deleted and v.user_id = $2 and v.visible_until is null and v.visible_from <= a.sequence)
            """,
            file.Value, reader.Value);
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }
}
