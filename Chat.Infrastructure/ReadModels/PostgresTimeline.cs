using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Chat.Application.Conversations;
using Chat.Application.Timeline;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Infrastructure.Postgres;
using Npgsql;

namespace Chat.Infrastructure.ReadModels;

/// <summary>History out of the timeline's tables: one index range a page, one round trip with the right to see it.</summary>
public sealed class PostgresTimeline(NpgsqlDataSource database) : ITimelineReader, IOldMessages
{
    const string Visible = """
        select v.visible_from, c.head from read.timeline_visibility v join read.timeline_conversations c using (conversation)
        where v.conversation = $1 and v.user_id = $2 and v.visible_until is null
        """;

    const int PageSize = 500;

    // The bounds are scalars, not a join: so that each side is one walk along the primary key, however long the conversation.
    const string Window = $"""
        with v as ({Visible})
        (select {TimelineRow.Columns} from read.timeline_entries e
            where e.conversation = $1 and e.sequence < $3 and e.sequence >= (select visible_from from v) order by e.sequence desc limit $4)
        union all
        (select {TimelineRow.Columns} from read.timeline_entries e
            where e.conversation = $1 and e.sequence >= greatest($3, (select visible_from from v)) and exists (select from v) order by e.sequence limit $5)
        """;

    public async Task<TimelinePage?> Page(UserId reader, ConversationId conversation, HistoryRange range, int limit, CancellationToken ct)
    {
        var (pivot, older, newer) = range switch
        {
            HistoryRange.Newest => (long.MaxValue, limit, 0),
            HistoryRange.Before(var sequence) => (sequence, limit, 0),
            HistoryRange.After(var sequence) => (sequence + 1, 0, limit),
            HistoryRange.Around(var sequence) => (sequence, limit / 2, limit - (limit / 2)),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                With(Visible, conversation.Value, reader.Value),
                // one more on either side than is shown tells whether there is more
                With(Window, conversation.Value, reader.Value, pivot, older + 1, newer + 1),
            },
        };
        await using var rows = await batch.ExecuteReaderAsync(ct);
        if (!await rows.ReadAsync(ct)) return null;
        var head = rows.GetInt64(1);

        await rows.NextResultAsync(ct);
        var found = new List<TimelineEntry>();
        while (await rows.ReadAsync(ct)) found.Add(TimelineRow.Read(rows));
        var before = found.Where(entry => entry.Sequence < pivot).OrderBy(static entry => entry.Sequence).ToList();
        var after = found.Where(entry => entry.Sequence >= pivot).OrderBy(static entry => entry.Sequence).ToList();
        return new([.. before.TakeLast(older), .. after.Take(newer)], before.Count > older, after.Count > newer, head);
    }

    public async Task<TimelineEntry?> Message(UserId reader, ConversationId conversation, MessageId message, CancellationToken ct) =>
        (await Entries($"select {TimelineRow.Columns} from ({Visible}) v, read.timeline_entries e where e.message = $3 and e.conversation = $1 and e.sequence >= v.visible_from",
            ct, conversation.Value, reader.Value, message.Value)).SingleOrDefault();

    public async Task<IReadOnlyList<TimelineEntry>?> Pinned(UserId reader, ConversationId conversation, CancellationToken ct) =>
        (await VisibilityOf(reader, [conversation], ct)).GetValueOrDefault(conversation) is { } visible
            ? await Entries($"select {TimelineRow.Columns} from read.timeline_entries e where e.conversation = $1 and e.pinned and e.sequence >= $2 order by e.sequence",
                ct, conversation.Value, visible.From)
            : null;

    public async Task<IReadOnlyDictionary<ConversationId, Visibility>> VisibilityOf(UserId reader, IReadOnlyCollection<ConversationId> conversations, CancellationToken ct)
    {
        await using var command = database.Command(
            """
            select conversation, v.visible_from, c.head from read.timeline_visibility v join read.timeline_conversations c using (conversation)
            where conversation = any($1) and v.user_id = $2 and v.visible_until is null
            """,
            conversations.Select(static conversation => conversation.Value).ToArray(), reader.Value);
        var found = new Dictionary<ConversationId, Visibility>();
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) found.Add(new(rows.GetGuid(0)), new(rows.GetInt64(1), rows.GetInt64(2)));
        return found;
    }

    public async Task<ILookup<ConversationId, UserId>> Audiences(IReadOnlyCollection<(ConversationId Conversation, long Sequence)> entries, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            select v.conversation, v.user_id from unnest($1::uuid[], $2::bigint[]) as e(conversation, sequence)
            join read.timeline_visibility v on v.conversation = e.conversation and v.visible_from <= e.sequence and (v.visible_until is null or v.visible_until >= e.sequence)
            """);
        command.Parameters.Add(SqlArray.Uuids(entries.Select(static entry => entry.Conversation.Value)));
        command.Parameters.Add(SqlArray.Longs(entries.Select(static entry => entry.Sequence)));
        var found = new List<(ConversationId Conversation, UserId User)>();
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) found.Add((new(rows.GetGuid(0)), new(rows.GetGuid(1))));
        return found.ToLookup(static row => row.Conversation, static row => row.User);
    }

    public async IAsyncEnumerable<TimelineEntry> WrittenBy(UserId author, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var conversation in await ConversationsOf(author, ct))
        {
            for (var after = -1L; await Written(conversation, author, after, ct) is [.., var last] page; after = last.Sequence)
            {
                foreach (var entry in page) yield return entry;
            }
        }
    }

    async Task<List<Guid>> ConversationsOf(UserId user, CancellationToken ct)
    {
        await using var command = database.Command("select conversation from read.timeline_visibility where user_id = $1 order by conversation", user.Value);
        var found = new List<Guid>();
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) found.Add(rows.GetGuid(0));
        return found;
    }

    Task<List<TimelineEntry>> Written(Guid conversation, UserId author, long after, CancellationToken ct) => Entries(
        $"select {TimelineRow.Columns} from read.timeline_entries e where e.conversation = $1 and e.sequence > $2 and e.sender = $3 order by e.sequence limit $4",
        ct, conversation, after, author.Value, PageSize);

    public async Task<MessageHead?> Find(ConversationId conversation, MessageId message, long horizon, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"""
            select {TimelineRow.Columns}, c.head from read.timeline_conversations c
            left join read.timeline_entries e on e.conversation = c.conversation and e.message = $2
            where c.conversation = $1
            """);
        command.Parameters.AddValues(conversation.Value, message.Value);
        await using var rows = await command.ExecuteReaderAsync(ct);
        if (!await rows.ReadAsync(ct) || rows.GetInt64(7) < horizon)
        {
            throw new ReadModelBehindException("The timeline has not caught up with this conversation yet.");
        }
        return rows.IsDBNull(0) ? null : HeadOf(TimelineRow.Read(rows));
    }

    public async Task<long?> SequenceOf(ConversationId conversation, UserId sender, ClientMessageId client, long horizon, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            select c.head, (
                select e.sequence from read.timeline_entries e
                where (e.content ->> 'clientMessage')::uuid = $3 and e.message is not null and e.conversation = $1 and e.sender = $2 order by e.sequence limit 1)
            from read.timeline_conversations c where c.conversation = $1
            """);
        command.Parameters.AddValues(conversation.Value, sender.Value, client.Value);
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct) || row.GetInt64(0) < horizon)
        {
            throw new ReadModelBehindException("The timeline has not caught up with this conversation yet.");
        }
        return row.IsDBNull(1) ? null : row.GetInt64(1);
    }

    static MessageHead HeadOf(TimelineEntry entry)
    {
        var message = entry.Message!;
        var hash = new MessageBody(message.Text ?? "").Hash;
        return new(
            message.Id, message.ClientMessage, entry.By, entry.Sequence, entry.Version, entry.At, hash, hash, message.ReplyTo, message.Attachments.Count > 0,
            message.Preview is not null, message.DeletedAt is not null, [.. message.Mentions], message.Reactions.ToImmutableHashSet());
    }

    async Task<List<TimelineEntry>> Entries(string sql, CancellationToken ct, params object[] parameters)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.AddValues(parameters);
        var found = new List<TimelineEntry>();
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) found.Add(TimelineRow.Read(rows));
        return found;
    }

    static NpgsqlBatchCommand With(string sql, params object[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddValues(parameters);
        return command;
    }
}
