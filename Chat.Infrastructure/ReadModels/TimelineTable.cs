using System.Text.Json;
using Chat.Application.Timeline;
using Chat.Domain;

namespace Chat.Infrastructure.ReadModels;

/// <summary>From where to where a member sees a conversation.</summary>
/// <param name="From">Null where only the end is news; then a user who never was a member gets no row.</param>
/// <param name="Until">The sequence that ended the membership; a ban after it ends nothing any more.</param>
public sealed record VisibilityRow(ConversationId Conversation, UserId User, long? From, long? Until);

/// <summary>The last sequence of a conversation that the timeline has applied.</summary>
public sealed record TimelineHead(ConversationId Conversation, long Sequence);

/// <summary>Whether those who come later see what was there before them.</summary>
public sealed record TimelineStart(ConversationId Conversation, bool Shared);

/// <summary>
/// The timeline's tables. Who may see what stands beside what there is to see, under one checkpoint, so that a reader never gets
/// content newer than their right to it.
/// </summary>
public static class TimelineTable
{
    public static readonly ReadModel Model = new("timeline", ["entries", "conversations", "visibility", "attachments"], static schema => $$"""
        create table {{schema}}.entries (
            conversation uuid not null,
            sequence bigint not null,
            kind smallint not null,
            sender uuid not null,
            at timestamptz not null,
            version bigint not null,
            message uuid,
            pinned boolean not null,
            content json not null,
            primary key (conversation, sequence)
        );
        create index on {{schema}}.entries (message) where message is not null;
        create index on {{schema}}.entries (((content ->> 'clientMessage')::uuid)) where message is not null;
        create index on {{schema}}.entries (conversation, sequence) where pinned;

        create table {{schema}}.conversations (conversation uuid primary key, head bigint not null, shared boolean not null) with (fillfactor = 50);

        create table {{schema}}.visibility (
            conversation uuid not null,
            user_id uuid not null,
            visible_from bigint not null,
            visible_until bigint,
            primary key (conversation, user_id)
        );
        create index on {{schema}}.visibility (user_id);

        {{AttachmentRows.Ddl(schema)}}
        """);

    public static async Task<List<TimelineEntry>> Entries(ReadBatch batch, IReadOnlyCollection<(ConversationId Conversation, long Sequence)> keys, CancellationToken ct) =>
        keys.Count == 0 ? [] : await batch.Query(
            $"select {TimelineRow.Columns} from {{schema}}.entries e join unnest($1::uuid[], $2::bigint[]) as k(conversation, sequence) using (conversation, sequence)",
            TimelineRow.Read, ct,
            SqlArray.Uuids(keys.Select(static key => key.Conversation.Value)), SqlArray.Longs(keys.Select(static key => key.Sequence)));

    /// <summary>Every conversation that a user is or was in: they have written in no other.</summary>
    public static Task<List<ConversationId>> ConversationsOf(ReadBatch batch, UserId user, CancellationToken ct) => batch.Query(
        "select conversation from {schema}.visibility where user_id = $1 order by conversation",
        static row => new ConversationId(row.GetGuid(0)), ct, new Npgsql.NpgsqlParameter { Value = user.Value });

    /// <summary>What a user has written in a conversation, in order.</summary>
    public static Task<List<TimelineEntry>> EntriesOf(ReadBatch batch, ConversationId conversation, UserId user, long after, int limit, CancellationToken ct) => batch.Query(
        $"select {TimelineRow.Columns} from {{schema}}.entries e where e.conversation = $1 and e.sequence > $2 and e.sender = $3 order by e.sequence limit $4",
        TimelineRow.Read, ct,
        new() { Value = conversation.Value }, new() { Value = after }, new() { Value = user.Value }, new() { Value = limit });

    public static async Task<List<TimelineStart>> Starts(ReadBatch batch, IReadOnlyCollection<ConversationId> conversations, CancellationToken ct) =>
        conversations.Count == 0 ? [] : await batch.Query(
            "select conversation, shared from {schema}.conversations where conversation = any($1)",
            static reader => new TimelineStart(new(reader.GetGuid(0)), reader.GetBoolean(1)), ct,
            SqlArray.Uuids(conversations.Select(static conversation => conversation.Value)));

    public static void Save(
        ReadBatch batch, IReadOnlyCollection<TimelineStart> started, IReadOnlyCollection<TimelineEntry> entries, IReadOnlyCollection<TimelineHead> heads,
        IReadOnlyCollection<VisibilityRow> visibility)
    {
        if (started.Count > 0)
        {
            batch.Write(
                """
                insert into {schema}.conversations (conversation, head, shared) select c, -1, s from unnest($1::uuid[], $2::boolean[]) as r(c, s)
                on conflict (conversation) do nothing
                """,
                SqlArray.Uuids(started.Select(static start => start.Conversation.Value)),
                SqlArray.Bools(started.Select(static start => start.Shared)));
        }
        if (entries.Count > 0)
        {
            batch.Write(
                """
                insert into {schema}.entries (conversation, sequence, kind, sender, at, version, message, pinned, content)
                select c, s, k, b, a, v, m, p, t::json
                from unnest($1::uuid[], $2::bigint[], $3::smallint[], $4::uuid[], $5::timestamptz[], $6::bigint[], $7::uuid[], $8::boolean[], $9::text[])
                    as r(c, s, k, b, a, v, m, p, t)
                on conflict (conversation, sequence) do update
                set version = excluded.version, pinned = excluded.pinned, content = excluded.content where entries.version <= excluded.version
                """,
                SqlArray.Uuids(entries.Select(static e => e.Conversation.Value)),
                SqlArray.Longs(entries.Select(static e => e.Sequence)),
                SqlArray.Shorts(entries.Select(static e => (short)e.Kind)),
                SqlArray.Uuids(entries.Select(static e => e.By.Value)),
                SqlArray.Times(entries.Select(static e => e.At)),
                SqlArray.Longs(entries.Select(static e => e.Version)),
                SqlArray.Uuids(entries.Select(static e => e.Message?.Id.Value)),
                SqlArray.Bools(entries.Select(static e => e.Message?.Pinned ?? false)),
                SqlArray.Texts(entries.Select(TimelineRow.Content)));
        }
        if (heads.Count > 0)
        {
            batch.Write(
                """
                update {schema}.conversations c set head = r.head from unnest($1::uuid[], $2::bigint[]) as r(conversation, head)
                where c.conversation = r.conversation and c.head < r.head
                """,
                SqlArray.Uuids(heads.Select(static head => head.Conversation.Value)),
                SqlArray.Longs(heads.Select(static head => head.Sequence)));
        }
        if (visibility.Count > 0)
        {
            batch.Write(
                """
                with news as (select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[]) as r(conversation, user_id, visible_from, visible_until)),
                ended as (
                    update {schema}.visibility v set visible_until = coalesce(v.visible_until, n.visible_until) from news n
                    where n.visible_from is null and v.conversation = n.conversation and v.user_id = n.user_id
                )
                insert into {schema}.visibility (conversation, user_id, visible_from, visible_until) select * from news where visible_from is not null
                on conflict (conversation, user_id) do update set visible_from = excluded.visible_from, visible_until = excluded.visible_until
                """,
                SqlArray.Uuids(visibility.Select(static row => row.Conversation.Value)),
                SqlArray.Uuids(visibility.Select(static row => row.User.Value)),
                SqlArray.Longs(visibility.Select(static row => row.From)),
                SqlArray.Longs(visibility.Select(static row => row.Until)));
        }
    }
}

/// <summary>One row of entries as the entry it stands for.</summary>
static class TimelineRow
{
    public const string Columns = "e.conversation, e.sequence, e.kind, e.sender, e.at, e.version, e.content";

    public static string Content(TimelineEntry entry) => entry.Message is { } message
        ? JsonSerializer.Serialize(message, ReadJson.Default.MessageContent)
        : JsonSerializer.Serialize(entry.Notice, ReadJson.Default.NoticeContent!);

    public static TimelineEntry Read(Npgsql.NpgsqlDataReader reader)
    {
        var kind = (EntryKind)reader.GetInt16(2);
        var content = reader.GetString(6);
        return new()
        {
            Conversation = new(reader.GetGuid(0)),
            Sequence = reader.GetInt64(1),
            Kind = kind,
            By = new(reader.GetGuid(3)),
            At = reader.GetFieldValue<DateTimeOffset>(4),
            Version = reader.GetInt64(5),
            Message = kind == EntryKind.Message ? JsonSerializer.Deserialize(content, ReadJson.Default.MessageContent) : null,
            Notice = kind == EntryKind.Message ? null : JsonSerializer.Deserialize(content, ReadJson.Default.NoticeContent),
        };
    }
}
