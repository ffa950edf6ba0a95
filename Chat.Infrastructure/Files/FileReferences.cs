using Chat.Application.Log;
using Chat.Domain;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.ReadModels;
using Npgsql;
using NpgsqlTypes;

namespace Chat.Infrastructure.Files;

/// <summary>What the log says of files, through the timeline: which of them messages refer to still, and which they never came to refer to.</summary>
public sealed class FileReferences(NpgsqlDataSource database, IEventLog log, TimeProvider time)
{
    /// <summary>A claim younger than this may belong to a message that is on its way to the log.</summary>
    static readonly TimeSpan OnItsWay = TimeSpan.FromHours(1);

    /// <summary>Files that are there still, though their message has been deleted.</summary>
    public async Task<IReadOnlyList<FileId>> OfDeletedMessages(int limit, CancellationToken ct)
    {
        await using var command = database.Command(
            "select a.file from read.timeline_attachments a join chat.files f on f.id = a.file where a.deleted limit $1", limit);
        var files = new List<FileId>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) files.Add(new(row.GetGuid(0)));
        return files;
    }

    /// <summary>
    /// Frees expired files whose message never reached the log, as after a crash between claim and append; how many. From then on they are
    /// collected like any other that was not sent. Frees nothing while the timeline is behind: what it lacks may be a reference.
    /// </summary>
    public async Task<int> FreeAbandoned(CancellationToken ct)
    {
        await NoteReferenced(ct);
        var claims = await Unreferenced(ct);
        if (claims.Count == 0) return 0;

        var head = await log.Head(ct); // after the claims were read: a message of any of them is before it, or not on its way
        await using var command = database.CreateCommand("""
            update chat.files f set claims = 0, claim_conversation = null, claim_client_message = null, claimed_at = null
            from unnest($1::uuid[], $2::timestamptz[]) as c(id, claimed_at)
            where f.id = c.id and f.claimed_at = c.claimed_at
                and not exists (select from read.timeline_attachments a where a.file = f.id)
                and exists (select from read.checkpoints where projection = 'timeline' and live and (commit_position, prepare_position) >= ($3, $4))
            """);
        command.Parameters.Add(SqlArray.Uuids(claims.Select(static claim => claim.File)));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.TimestampTz, claims.Select(static claim => claim.At)));
        command.Parameters.AddValues((long)head.Commit, (long)head.Prepare);
        return await command.ExecuteNonQueryAsync(ct);
    }

    // What a message refers to is looked at once, and then never again because of its age.
    async Task NoteReferenced(CancellationToken ct)
    {
        await using var command = database.Command(
            """
            update chat.files f set referenced = true from read.timeline_attachments a
            where a.file = f.id and f.claim_conversation is not null and not f.referenced and f.expires_at < $1
            """, time.GetUtcNow());
        await command.ExecuteNonQueryAsync(ct);
    }

    async Task<List<(Guid File, DateTime At)>> Unreferenced(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var command = database.Command(
            "select id, claimed_at from chat.files where claim_conversation is not null and not referenced and expires_at < $1 and claimed_at < $2",
            now, now - OnItsWay);
        var claims = new List<(Guid, DateTime)>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) claims.Add((row.GetGuid(0), row.GetDateTime(1)));
        return claims;
    }
}
