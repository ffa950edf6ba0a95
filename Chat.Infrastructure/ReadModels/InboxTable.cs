using Chat.Application.Log;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Domain.Users;

namespace Chat.Infrastructure.ReadModels;

/// <summary>A message as far as counting goes.</summary>
public sealed record CountedMessage(ConversationId Conversation, long Sequence, UserId Sender, IReadOnlyList<UserId> Mentions, bool Deleted);

public sealed record InboxStart(ConversationId Conversation, ConversationKind Kind, bool Shared);

/// <summary>What changes of what the inbox shows of a conversation to all its members; null stays as it is.</summary>
/// <param name="Changed">Position of the last event that changed what is shown.</param>
public sealed record InboxChange(ConversationId Conversation, LogPosition Changed)
{
    public string? Name { get; init; }
    public UserId? NamedBy { get; init; }
    public InboxMessage? Last { get; init; }
    public long Lamport { get; init; }
}

/// <summary>A conversation's last message.</summary>
/// <param name="Text">Null once deleted.</param>
public sealed record InboxMessage(MessageId Id, long Sequence, UserId Sender, DateTimeOffset At, string? Text, MessageType Type);

/// <summary>Another text of a message, should it be the one that is shown.</summary>
public sealed record InboxText(ConversationId Conversation, MessageId Message, string? Text);

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
            named_by uuid,
            last uuid,
            last_sequence bigint not null,
            last_sender uuid,
            last_text text,
            last_type smallint,
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
        """, Unhurried: true);

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
        ReadBatch batch, IReadOnlyCollection<InboxStart> started, IReadOnlyCollection<InboxMember> members, IReadOnlyCollection<CountedMessage> messages,
        IReadOnlyCollection<CountedMessage> changed, IReadOnlyCollection<InboxText> texts, IReadOnlyCollection<InboxChange> changes, IReadOnlyCollection<InboxChoice> preferences)
    {
        if (started.Count > 0) SaveStarted(batch, started);
        if (members.Count > 0) SaveMembers(batch, members);
        if (texts.Count > 0) SaveTexts(batch, texts);
        if (changes.Count > 0) SaveChanges(batch, changes);
        if (messages.Count > 0) InboxCounters.Save(batch, messages);
        if (changed.Count > 0) InboxCounters.Change(batch, changed);
        if (preferences.Count > 0) SavePreferences(batch, preferences);
    }

    static void SaveStarted(ReadBatch batch, IReadOnlyCollection<InboxStart> started) => batch.Write(
        """
        insert into {schema}.conversations (conversation, kind, shared, last_sequence, lamport, changed_commit, changed_prepare)
        select c, k, s, -1, 0, -1, -1 from unnest($1::uuid[], $2::smallint[], $3::boolean[]) as r(c, k, s) on conflict (conversation) do nothing
        """,
        SqlArray.Uuids(started.Select(static c => c.Conversation.Value)),
        SqlArray.Shorts(started.Select(static c => (short)c.Kind)),
        SqlArray.Bools(started.Select(static c => c.Shared)));

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

    // Before the last messages move on: what is shown now may be what was edited.
    static void SaveTexts(ReadBatch batch, IReadOnlyCollection<InboxText> texts) => batch.Write(
        """
        update {schema}.conversations c set last_text = r.text from unnest($1::uuid[], $2::uuid[], $3::text[]) as r(conversation, message, text)
        where c.conversation = r.conversation and c.last = r.message
        """,
        SqlArray.Uuids(texts.Select(static t => t.Conversation.Value)),
        SqlArray.Uuids(texts.Select(static t => t.Message.Value)),
        SqlArray.Texts(texts.Select(static t => t.Text)));

    static void SaveChanges(ReadBatch batch, IReadOnlyCollection<InboxChange> changes) => batch.Write(
        """
        update {schema}.conversations c set
            name = coalesce(r.name, c.name), named_by = coalesce(r.named_by, c.named_by),
            last = coalesce(r.last, c.last), last_sequence = coalesce(r.last_sequence, c.last_sequence), last_sender = coalesce(r.last_sender, c.last_sender),
            last_at = coalesce(r.last_at, c.last_at), last_type = coalesce(r.last_type, c.last_type), last_text = case when r.last is null then c.last_text else r.last_text end,
            lamport = greatest(r.lamport, c.lamport), changed_commit = r.changed_commit, changed_prepare = r.changed_prepare
        from unnest($1::uuid[], $2::text[], $3::uuid[], $4::bigint[], $5::uuid[], $6::text[], $7::smallint[], $8::timestamptz[], $9::bigint[], $10::bigint[], $11::bigint[], $12::uuid[])
            as r(conversation, name, last, last_sequence, last_sender, last_text, last_type, last_at, lamport, changed_commit, changed_prepare, named_by)
        where c.conversation = r.conversation and (c.changed_commit, c.changed_prepare) < (r.changed_commit, r.changed_prepare)
        """,
        SqlArray.Uuids(changes.Select(static c => c.Conversation.Value)),
        SqlArray.Texts(changes.Select(static c => c.Name)),
        SqlArray.Uuids(changes.Select(static c => c.Last?.Id.Value)),
        SqlArray.Longs(changes.Select(static c => c.Last?.Sequence)),
        SqlArray.Uuids(changes.Select(static c => c.Last?.Sender.Value)),
        SqlArray.Texts(changes.Select(static c => c.Last?.Text)),
        SqlArray.Shorts(changes.Select(static c => (short?)c.Last?.Type)),
        SqlArray.Times(changes.Select(static c => c.Last?.At)),
        SqlArray.Longs(changes.Select(static c => c.Lamport)),
        SqlArray.Longs(changes.Select(static c => (long)c.Changed.Commit)),
        SqlArray.Longs(changes.Select(static c => (long)c.Changed.Prepare)),
        SqlArray.Uuids(changes.Select(static c => c.NamedBy?.Value)));

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
