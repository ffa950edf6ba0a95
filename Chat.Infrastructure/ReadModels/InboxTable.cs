using Chat.Application.Log;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Domain.Users;

namespace Chat.Infrastructure.ReadModels;

/// <summary>A message as far as counting goes.</summary>
public sealed record CountedMessage(ConversationId Conversation, long Sequence, UserId Sender, IReadOnlyList<UserId> Mentions, bool Deleted);

/// <summary>What the inbox shows of a conversation to all its members.</summary>
/// <param name="LastText">Null once deleted.</param>
public sealed record InboxConversation(ConversationId Conversation, ConversationKind Kind, bool Shared)
{
    public string? Name { get; init; }
    public MessageId? Last { get; init; }
    public long LastSequence { get; init; } = -1;
    public UserId? LastSender { get; init; }
    public string? LastText { get; init; }
    public DateTimeOffset? LastAt { get; init; }
    public long Lamport { get; init; }

    /// <summary>Position of the last event that changed what is shown.</summary>
    public LogPosition Changed { get; init; }
}

/// <param name="Since">Messages after this sequence count; null where only the end is news.</param>
/// <param name="Until">The sequence that ended the membership.</param>
public sealed record InboxMember(ConversationId Conversation, UserId User, long? Since, long? Until, LogPosition Changed);

public sealed record InboxChoice(ConversationId Conversation, UserId User, InboxPreference Preference, LogPosition Changed);

/// <summary>
/// The inbox's tables. In direct conversations and groups every member has counters of their own (fan-out on write); in channels
/// there is a row for the membership only, and counting is done when somebody looks (fan-out on read). What all members see alike (name,
/// last message, Lamport time) stands once, with the conversation.
/// </summary>
public static class InboxTable
{
    public static readonly ReadModel Model = new("inbox", ["items", "conversations", "messages", "preferences"], static schema => $$"""
        create table {{schema}}.items (
            user_id uuid not null,
            conversation uuid not null,
            since bigint not null,
            until bigint,
            read_up_to bigint not null default -1,
            read_before_mark bigint,
            unread bigint not null default 0,
            mentions bigint not null default 0,
            changed_commit bigint not null,
            changed_prepare bigint not null,
            primary key (user_id, conversation)
        ) with (fillfactor = 70);
        create index on {{schema}}.items (conversation);

        create table {{schema}}.conversations (
            conversation uuid primary key,
            kind smallint not null,
            shared boolean not null,
            name text,
            last uuid,
            last_sequence bigint not null,
            last_sender uuid,
            last_text text,
            last_at timestamptz,
            lamport bigint not null,
            changed_commit bigint not null,
            changed_prepare bigint not null
        ) with (fillfactor = 50);

        create table {{schema}}.messages (
            conversation uuid not null,
            sequence bigint not null,
            sender uuid not null,
            mentions uuid[] not null,
            deleted boolean not null,
            primary key (conversation, sequence)
        );

        create table {{schema}}.preferences (
            user_id uuid not null,
            conversation uuid not null,
            muted boolean not null,
            pinned boolean not null,
            archived boolean not null,
            changed_commit bigint not null,
            changed_prepare bigint not null,
            primary key (user_id, conversation)
        );
        """);

    public static async Task<List<InboxConversation>> Conversations(ReadBatch batch, IReadOnlyCollection<ConversationId> ids, CancellationToken ct) =>
        ids.Count == 0 ? [] : await batch.Query(
            """
            select conversation, kind, shared, name, last, last_sequence, last_sender, last_text, last_at, lamport, changed_commit, changed_prepare
            from {schema}.conversations where conversation = any($1)
            """,
            static row => new InboxConversation(new(row.GetGuid(0)), (ConversationKind)row.GetInt16(1), row.GetBoolean(2))
            {
                Name = row.IsDBNull(3) ? null : row.GetString(3),
                Last = row.IsDBNull(4) ? null : new(row.GetGuid(4)),
                LastSequence = row.GetInt64(5),
                LastSender = row.IsDBNull(6) ? null : new(row.GetGuid(6)),
                LastText = row.IsDBNull(7) ? null : row.GetString(7),
                LastAt = row.IsDBNull(8) ? null : row.GetFieldValue<DateTimeOffset>(8),
                Lamport = row.GetInt64(9),
                Changed = new((ulong)row.GetInt64(10), (ulong)row.GetInt64(11)),
            },
            ct, SqlArray.Uuids(ids.Select(static id => id.Value)));

    public static async Task<List<CountedMessage>> Messages(ReadBatch batch, IReadOnlyCollection<(ConversationId Conversation, long Sequence)> keys, CancellationToken ct) =>
        keys.Count == 0 ? [] : await batch.Query(
            """
            select m.conversation, m.sequence, m.sender, m.mentions, m.deleted
            from {schema}.messages m join unnest($1::uuid[], $2::bigint[]) as k(conversation, sequence) using (conversation, sequence)
            """,
            static row => new CountedMessage(
                new(row.GetGuid(0)), row.GetInt64(1), new(row.GetGuid(2)), [.. row.GetFieldValue<Guid[]>(3).Select(static id => new UserId(id))], row.GetBoolean(4)),
            ct, SqlArray.Uuids(keys.Select(static key => key.Conversation.Value)), SqlArray.Longs(keys.Select(static key => key.Sequence)));

    /// <summary>Members first, then messages: whether a message counts for somebody follows from sequences, not from the order of writing.</summary>
    public static void Save(
        ReadBatch batch, IReadOnlyCollection<InboxMember> members, IReadOnlyCollection<CountedMessage> messages,
        IReadOnlyCollection<InboxConversation> conversations, IReadOnlyCollection<InboxChoice> preferences)
    {
        if (members.Count > 0) SaveMembers(batch, members);
        if (conversations.Count > 0) SaveConversations(batch, conversations);
        if (messages.Count > 0) SaveMessages(batch, messages);
        if (preferences.Count > 0) SavePreferences(batch, preferences);
    }

    // A new membership counts from its beginning; an ended one keeps only the mark that it ended.
    static void SaveMembers(ReadBatch batch, IReadOnlyCollection<InboxMember> members) => batch.Write(
        """
        with news as (
            select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
                as r(conversation, user_id, since, until, changed_commit, changed_prepare)
        ),
        ended as (
            update {schema}.items i set until = n.until, unread = 0, mentions = 0, changed_commit = n.changed_commit, changed_prepare = n.changed_prepare
            from news n where n.since is null and i.conversation = n.conversation and i.user_id = n.user_id
        )
        insert into {schema}.items (conversation, user_id, since, until, changed_commit, changed_prepare) select * from news where since is not null
        on conflict (user_id, conversation) do update set
            since = excluded.since, until = excluded.until, unread = 0, mentions = 0,
            changed_commit = excluded.changed_commit, changed_prepare = excluded.changed_prepare
        where (items.changed_commit, items.changed_prepare) < (excluded.changed_commit, excluded.changed_prepare)
        """,
        SqlArray.Uuids(members.Select(static member => member.Conversation.Value)),
        SqlArray.Uuids(members.Select(static member => member.User.Value)),
        SqlArray.Longs(members.Select(static member => member.Since)),
        SqlArray.Longs(members.Select(static member => member.Until)),
        SqlArray.Longs(members.Select(static member => (long)member.Changed.Commit)),
        SqlArray.Longs(members.Select(static member => (long)member.Changed.Prepare)));

    static void SaveConversations(ReadBatch batch, IReadOnlyCollection<InboxConversation> conversations) => batch.Write(
        """
        insert into {schema}.conversations
            (conversation, kind, shared, name, last, last_sequence, last_sender, last_text, last_at, lamport, changed_commit, changed_prepare)
        select * from unnest($1::uuid[], $2::smallint[], $3::boolean[], $4::text[], $5::uuid[], $6::bigint[], $7::uuid[], $8::text[], $9::timestamptz[],
            $10::bigint[], $11::bigint[], $12::bigint[])
        on conflict (conversation) do update set
            name = excluded.name, last = excluded.last, last_sequence = excluded.last_sequence, last_sender = excluded.last_sender,
            last_text = excluded.last_text, last_at = excluded.last_at, lamport = excluded.lamport,
            changed_commit = excluded.changed_commit, changed_prepare = excluded.changed_prepare
        """,
        SqlArray.Uuids(conversations.Select(static c => c.Conversation.Value)),
        SqlArray.Shorts(conversations.Select(static c => (short)c.Kind)),
        SqlArray.Bools(conversations.Select(static c => c.Shared)),
        SqlArray.Texts(conversations.Select(static c => c.Name)),
        SqlArray.Uuids(conversations.Select(static c => c.Last?.Value)),
        SqlArray.Longs(conversations.Select(static c => c.LastSequence)),
        SqlArray.Uuids(conversations.Select(static c => c.LastSender?.Value)),
        SqlArray.Texts(conversations.Select(static c => c.LastText)),
        SqlArray.Times(conversations.Select(static c => c.LastAt)),
        SqlArray.Longs(conversations.Select(static c => c.Lamport)),
        SqlArray.Longs(conversations.Select(static c => (long)c.Changed.Commit)),
        SqlArray.Longs(conversations.Select(static c => (long)c.Changed.Prepare)));

    // Counters move by what each message counts for a member now, less what it counted before: the same again changes nothing.
    static void SaveMessages(ReadBatch batch, IReadOnlyCollection<CountedMessage> messages) => batch.Write(
        """
        with now as (
            select c as conversation, s as sequence, b as sender, m::uuid[] as mentions, d as deleted
            from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::text[], $5::boolean[]) as r(c, s, b, m, d)
        ),
        counted as (
            select conversation, sequence, sender, mentions, 1 as sign from now where not deleted
            union all
            select m.conversation, m.sequence, m.sender, m.mentions, -1 from {schema}.messages m join now using (conversation, sequence) where not m.deleted
        ),
        saved as (
            insert into {schema}.messages (conversation, sequence, sender, mentions, deleted) select conversation, sequence, sender, mentions, deleted from now
            on conflict (conversation, sequence) do update set mentions = excluded.mentions, deleted = excluded.deleted
        ),
        moved as (
            select i.user_id, i.conversation, sum(c.sign) as unread, coalesce(sum(c.sign) filter (where i.user_id = any(c.mentions)), 0) as mentions
            from counted c
            join {schema}.conversations g on g.conversation = c.conversation and g.kind <> 2
            join {schema}.items i on i.conversation = c.conversation
            where c.sender <> i.user_id and c.sequence > i.since and c.sequence > i.read_up_to and i.until is null
            group by i.user_id, i.conversation
        )
        update {schema}.items i set unread = i.unread + moved.unread, mentions = i.mentions + moved.mentions
        from moved where i.user_id = moved.user_id and i.conversation = moved.conversation and (moved.unread <> 0 or moved.mentions <> 0)
        """,
        SqlArray.Uuids(messages.Select(static message => message.Conversation.Value)),
        SqlArray.Longs(messages.Select(static message => message.Sequence)),
        SqlArray.Uuids(messages.Select(static message => message.Sender.Value)),
        SqlArray.Texts(messages.Select(static message => $"{{{string.Join(',', message.Mentions)}}}")),
        SqlArray.Bools(messages.Select(static message => message.Deleted)));

    static void SavePreferences(ReadBatch batch, IReadOnlyCollection<InboxChoice> preferences) => batch.Write(
        """
        insert into {schema}.preferences (conversation, user_id, muted, pinned, archived, changed_commit, changed_prepare)
        select * from unnest($1::uuid[], $2::uuid[], $3::boolean[], $4::boolean[], $5::boolean[], $6::bigint[], $7::bigint[])
        on conflict (user_id, conversation) do update set
            muted = excluded.muted, pinned = excluded.pinned, archived = excluded.archived,
            changed_commit = excluded.changed_commit, changed_prepare = excluded.changed_prepare
        """,
        SqlArray.Uuids(preferences.Select(static choice => choice.Conversation.Value)),
        SqlArray.Uuids(preferences.Select(static choice => choice.User.Value)),
        SqlArray.Bools(preferences.Select(static choice => choice.Preference.Muted)),
        SqlArray.Bools(preferences.Select(static choice => choice.Preference.Pinned)),
        SqlArray.Bools(preferences.Select(static choice => choice.Preference.Archived)),
        SqlArray.Longs(preferences.Select(static choice => (long)choice.Changed.Commit)),
        SqlArray.Longs(preferences.Select(static choice => (long)choice.Changed.Prepare)));
}
