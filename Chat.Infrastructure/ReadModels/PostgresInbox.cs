using Chat.Application.Inbox;
using Chat.Application.Log;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Infrastructure.Postgres;
using Npgsql;

namespace Chat.Infrastructure.ReadModels;

/// <summary>
/// The inbox is written in larger batches than what is pushed to devices waits for; whoever reads it waits until it has what may have been pushed.
/// </summary>
public sealed class PostgresInbox(NpgsqlDataSource database, ReadModelProgress progress) : IInboxReader
{
    // Where the inbox stands still, it is read as it is.
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);
    static readonly string[] Model = ["inbox"];
    static readonly string[] Pushed = ["timeline", "receipts"];

    // One row a conversation of the user's. In a channel nobody counts ahead, so it is counted here.
    const string Items = """
        select i.conversation, c.kind, case when i.until is null then c.name end,
            (select o.user_id from read.inbox_items o where o.conversation = i.conversation and o.user_id <> i.user_id and c.kind = 0 limit 1) as other,
            case when shown.last then c.last end, c.last_sequence, c.last_sender, c.last_text, c.last_type, c.last_at,
            case when c.kind = 2 then counted.unread else i.unread end as unread,
            case when c.kind = 2 then counted.mentions else i.mentions end as mentions,
            i.read_up_to, coalesce(p.muted, false) as muted, coalesce(p.pinned, false), coalesce(p.archived, false) as archived,
            c.lamport,
            greatest(i.changed_commit, case when i.until is null then c.changed_commit else 0 end, coalesce(p.changed_commit, 0)) as changed_commit,
            greatest(i.changed_prepare, case when i.until is null then c.changed_prepare else 0 end, coalesce(p.changed_prepare, 0)) as changed_prepare,
            i.until is not null as gone, i.until is null and i.read_before_mark is not null as marked
        from read.inbox_items i
        join read.inbox_conversations c on c.conversation = i.conversation
        left join read.inbox_preferences p on p.user_id = i.user_id and p.conversation = i.conversation
        cross join lateral (select i.until is null and c.last is not null and (c.shared or c.last_sequence > i.since) as last) shown
        left join lateral (
            select count(*) as unread, count(*) filter (where i.user_id = any(m.mentions)) as mentions from read.inbox_messages m
            where c.kind = 2 and m.conversation = i.conversation and m.sequence > greatest(i.since, i.read_up_to) and m.sender <> i.user_id and not m.deleted
        ) counted on c.kind = 2
        where i.user_id = $1
        """;

    public async Task<InboxPage> Page(UserId user, InboxCursor? before, int limit, CancellationToken ct)
    {
        await CatchUp(ct);
        // Read first: what changes meanwhile is then told again by Changes, and never left out.
        var asOf = await Position(ct);
        var items = await Read($"""
            select * from ({Items} and i.until is null) item
            where $2::bigint is null or (lamport, conversation) < ($2, $3::uuid)
            order by lamport desc, conversation desc limit $4
            """, ct, user.Value, before?.Lamport, before?.Conversation.Value, limit + 1);
        return new([.. items.Take(limit)], items.Count > limit, await Totals(user, ct), asOf);
    }

    public async Task<InboxChanges> Changes(UserId user, LogPosition after, int limit, CancellationToken ct)
    {
        await CatchUp(ct);
        var asOf = await Position(ct);
        var items = await Read($"""
            select * from ({Items}) item where (changed_commit, changed_prepare) > ($2, $3) order by changed_commit, changed_prepare limit $4
            """, ct, user.Value, (long)after.Commit, (long)after.Prepare, limit + 1);
        var page = items.Take(limit).ToList();
        return items.Count > limit
            ? new(page, page[^1].Changed, true)
            : new(page, page.Count > 0 && page[^1].Changed > asOf ? page[^1].Changed : asOf > after ? asOf : after, false);
    }

    public async Task<InboxItem?> Item(UserId user, ConversationId conversation, CancellationToken ct)
    {
        await CatchUp(ct);
        return (await Read($"{Items} and i.until is null and i.conversation = $2", ct, user.Value, conversation.Value)).SingleOrDefault();
    }

    public async Task<long> ClockOf(UserId user, CancellationToken ct)
    {
        await CatchUp(ct);
        await using var command = database.Command("""
            select coalesce(max(c.lamport), 0) from read.inbox_items i join read.inbox_conversations c using (conversation) where i.user_id = $1 and i.until is null
            """, user.Value);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    Task<bool> CatchUp(CancellationToken ct) => progress.WaitFor(Pushed.Max(model => progress.Applied([model])), Model, Patience, ct);

    async Task<InboxTotals> Totals(UserId user, CancellationToken ct)
    {
        await using var command = database.Command($"""
            select coalesce(sum(unread), 0)::bigint, coalesce(sum(mentions), 0)::bigint from ({Items} and i.until is null) item where not muted and not archived
            """, user.Value);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return new(row.GetInt64(0), row.GetInt64(1));
    }

    async Task<LogPosition> Position(CancellationToken ct)
    {
        await using var command = database.Command("select commit_position, prepare_position from read.checkpoints where projection = 'inbox' and live");
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? new((ulong)row.GetInt64(0), (ulong)row.GetInt64(1)) : LogPosition.Start;
    }

    async Task<List<InboxItem>> Read(string sql, CancellationToken ct, params object?[] parameters)
    {
        await using var command = database.Command(sql, parameters);
        var items = new List<InboxItem>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            var last = row.IsDBNull(4) ? null : new LastMessage(
                new(row.GetGuid(4)), row.GetInt64(5), new(row.GetGuid(6)), row.IsDBNull(7) ? null : row.GetString(7),
                row.IsDBNull(7) ? null : (MessageType)row.GetInt16(8), row.GetFieldValue<DateTimeOffset>(9));
            items.Add(new(
                new(row.GetGuid(0)), (ConversationKind)row.GetInt16(1), row.IsDBNull(2) ? null : row.GetString(2), row.IsDBNull(3) ? null : new UserId(row.GetGuid(3)),
                last, row.GetInt64(10), row.GetInt64(11), row.GetInt64(12), row.GetBoolean(13), row.GetBoolean(14), row.GetBoolean(15), row.GetInt64(16),
                new((ulong)row.GetInt64(17), (ulong)row.GetInt64(18)), row.GetBoolean(19), row.GetBoolean(20)));
        }
        return items;
    }
}
