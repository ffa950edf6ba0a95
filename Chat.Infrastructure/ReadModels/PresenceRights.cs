using Chat.Domain;
using Chat.Infrastructure.Postgres;
using Npgsql;

namespace Chat.Infrastructure.ReadModels;

/// <summary>
/// Who may see whose presence: those who share a conversation, unless one has blocked the other or hides. Who hides sees nobody either. A
/// setting of the person, so it is kept where it lasts; no event, for presence is no part of any history.
/// </summary>
public sealed class PresenceRights(NpgsqlDataSource database)
{
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new("presence-1", """
            create schema presence;
            create table presence.hidden (user_id uuid primary key);
            """),
    ];

    public async Task<bool> Hides(UserId user, CancellationToken ct)
    {
        await using var command = database.Command("select exists (select from presence.hidden where user_id = $1)", user.Value);
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    public async Task Hide(UserId user, bool hidden, CancellationToken ct)
    {
        await using var command = database.Command(
            hidden ? "insert into presence.hidden (user_id) values ($1) on conflict do nothing" : "delete from presence.hidden where user_id = $1", user.Value);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Those of the pairs in which the first may see the second.</summary>
    public async Task<IReadOnlySet<(UserId Watcher, UserId Watched)>> Among(IReadOnlyCollection<(UserId Watcher, UserId Watched)> pairs, CancellationToken ct)
    {
        await using var command = database.Command(
            """
            select p.watcher, p.watched from unnest($1::uuid[], $2::uuid[]) as p(watcher, watched)
            where exists (
                    select from read.inbox_items mine join read.inbox_items theirs using (conversation)
                    where mine.user_id = p.watcher and theirs.user_id = p.watched and mine.until is null and theirs.until is null)
                and not exists (select from read.directory_blocks b where b.user_id = p.watched and b.blocked = p.watcher)
                and not exists (select from read.directory_blocks b where b.user_id = p.watcher and b.blocked = p.watched)
                and not exists (select from presence.hidden h where h.user_id in (p.watcher, p.watched))
            """,
            pairs.Select(static pair => pair.Watcher.Value).ToArray(), pairs.Select(static pair => pair.Watched.Value).ToArray());
        var allowed = new HashSet<(UserId, UserId)>();
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) allowed.Add((new(rows.GetGuid(0)), new(rows.GetGuid(1))));
        return allowed;
    }
}
