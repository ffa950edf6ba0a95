using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Infrastructure.ReadModels;

public sealed record DirectoryUser(UserId Id, string? Username, string DisplayName, DateTimeOffset? RegisteredAt);

public sealed record DirectoryConversation(ConversationId Id, ConversationKind Kind, History History, string? Name, DateTimeOffset StartedAt, UserId StartedBy);

public sealed record DirectoryName(ConversationId Conversation, string Name, UserId By);

public sealed record DirectoryMember(
    ConversationId Conversation, UserId User, bool Gone, Role Role, bool CanPost, DateTimeOffset? MutedUntil, DateTimeOffset JoinedAt);

/// <summary>Who there is and who is where.</summary>
public static class DirectoryTable
{
    public static readonly ReadModel Model = new("directory", ["users", "erased", "blocks", "conversations", "members"], static schema => $$"""
        create table {{schema}}.users (
            id uuid primary key,
            username text not null,
            display_name text not null,
            search_username text not null,
            search_name text not null,
            registered_at timestamptz not null
        );
        create index on {{schema}}.users (search_username text_pattern_ops);
        create index on {{schema}}.users (search_name text_pattern_ops);

        create table {{schema}}.erased (user_id uuid primary key, at timestamptz not null);

        create table {{schema}}.blocks (user_id uuid not null, blocked uuid not null, primary key (user_id, blocked));

        create table {{schema}}.conversations (
            id uuid primary key,
            kind smallint not null,
            history smallint not null,
            name text,
            started_at timestamptz not null,
            started_by uuid not null,
            named_by uuid
        );
        create index on {{schema}}.conversations (named_by);

        create table {{schema}}.members (
            conversation uuid not null,
            user_id uuid not null,
            role smallint not null,
            can_post boolean not null,
            muted_until timestamptz,
            joined_at timestamptz not null,
            primary key (conversation, user_id)
        );
        """);

    public static Task<List<DirectoryMember>> Members(ReadBatch batch, IReadOnlyCollection<(ConversationId Conversation, UserId User)> keys, CancellationToken ct) =>
        batch.Query(
            """
            select m.conversation, m.user_id, m.role, m.can_post, m.muted_until, m.joined_at
            from {schema}.members m join unnest($1::uuid[], $2::uuid[]) as k(conversation, user_id) using (conversation, user_id)
            """,
            static row => new DirectoryMember(
                new(row.GetGuid(0)), new(row.GetGuid(1)), false, (Role)row.GetInt16(2), row.GetBoolean(3),
                row.IsDBNull(4) ? null : row.GetFieldValue<DateTimeOffset>(4), row.GetFieldValue<DateTimeOffset>(5)),
            ct, SqlArray.Uuids(keys.Select(static key => key.Conversation.Value)), SqlArray.Uuids(keys.Select(static key => key.User.Value)));

    public static void SaveRegistered(ReadBatch batch, IReadOnlyCollection<DirectoryUser> users) => batch.Write(
        """
        insert into {schema}.users (id, username, display_name, search_username, search_name, registered_at)
        select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
        on conflict (id) do nothing
        """,
        SqlArray.Uuids(users.Select(static user => user.Id.Value)),
        SqlArray.Texts(users.Select(static user => user.Username)),
        SqlArray.Texts(users.Select(static user => user.DisplayName)),
        SqlArray.Texts(users.Select(static user => SearchKey.Of(user.Username!))),
        SqlArray.Texts(users.Select(static user => SearchKey.Of(user.DisplayName))),
        SqlArray.Times(users.Select(static user => user.RegisteredAt)));

    public static void SaveRenamed(ReadBatch batch, IReadOnlyCollection<DirectoryUser> users) => batch.Write(
        """
        update {schema}.users u set display_name = r.name, search_name = r.search from unnest($1::uuid[], $2::text[], $3::text[]) as r(id, name, search)
        where u.id = r.id
        """,
        SqlArray.Uuids(users.Select(static user => user.Id.Value)),
        SqlArray.Texts(users.Select(static user => user.DisplayName)),
        SqlArray.Texts(users.Select(static user => SearchKey.Of(user.DisplayName))));

    public static void SaveBlocks(ReadBatch batch, IReadOnlyCollection<(UserId User, UserId Blocked, bool On)> blocks)
    {
        batch.Write(
            "insert into {schema}.blocks select u, b from unnest($1::uuid[], $2::uuid[], $3::boolean[]) as r(u, b, is_on) where is_on on conflict do nothing",
            SqlArray.Uuids(blocks.Select(static block => block.User.Value)),
            SqlArray.Uuids(blocks.Select(static block => block.Blocked.Value)),
            SqlArray.Bools(blocks.Select(static block => block.On)));
        batch.Write(
            "delete from {schema}.blocks k using unnest($1::uuid[], $2::uuid[], $3::boolean[]) as r(u, b, is_on) where k.user_id = u and k.blocked = b and not is_on",
            SqlArray.Uuids(blocks.Select(static block => block.User.Value)),
            SqlArray.Uuids(blocks.Select(static block => block.Blocked.Value)),
            SqlArray.Bools(blocks.Select(static block => block.On)));
    }

    public static void SaveStarted(ReadBatch batch, IReadOnlyCollection<DirectoryConversation> conversations) => batch.Write(
        """
        insert into {schema}.conversations (id, kind, history, name, started_at, started_by, named_by)
        select *, case when name is not null then started_by end from unnest($1::uuid[], $2::smallint[], $3::smallint[], $4::text[], $5::timestamptz[], $6::uuid[])
            as r(id, kind, history, name, started_at, started_by)
        on conflict (id) do nothing
        """,
        SqlArray.Uuids(conversations.Select(static c => c.Id.Value)),
        SqlArray.Shorts(conversations.Select(static c => (short)c.Kind)),
        SqlArray.Shorts(conversations.Select(static c => (short)c.History)),
        SqlArray.Texts(conversations.Select(static c => c.Name)),
        SqlArray.Times(conversations.Select(static c => c.StartedAt)),
        SqlArray.Uuids(conversations.Select(static c => c.StartedBy.Value)));

    public static void SaveNames(ReadBatch batch, IReadOnlyCollection<DirectoryName> names) => batch.Write(
        """
        update {schema}.conversations c set name = r.name, named_by = r.named_by from unnest($1::uuid[], $2::text[], $3::uuid[]) as r(id, name, named_by)
        where c.id = r.id
        """,
        SqlArray.Uuids(names.Select(static name => name.Conversation.Value)),
        SqlArray.Texts(names.Select(static name => name.Name)),
        SqlArray.Uuids(names.Select(static name => name.By.Value)));

    public static void SaveMembers(ReadBatch batch, IReadOnlyCollection<DirectoryMember> members)
    {
        var (gone, there) = (members.Where(static member => member.Gone).ToList(), members.Where(static member => !member.Gone).ToList());
        if (there.Count > 0)
        {
            batch.Write(
                """
                insert into {schema}.members (conversation, user_id, role, can_post, muted_until, joined_at)
                select * from unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::boolean[], $5::timestamptz[], $6::timestamptz[])
                on conflict (conversation, user_id) do update
                set role = excluded.role, can_post = excluded.can_post, muted_until = excluded.muted_until, joined_at = excluded.joined_at
                """,
                SqlArray.Uuids(there.Select(static member => member.Conversation.Value)),
                SqlArray.Uuids(there.Select(static member => member.User.Value)),
                SqlArray.Shorts(there.Select(static member => (short)member.Role)),
                SqlArray.Bools(there.Select(static member => member.CanPost)),
                SqlArray.Times(there.Select(static member => member.MutedUntil)),
                SqlArray.Times(there.Select(static member => member.JoinedAt)));
        }
        if (gone.Count > 0)
        {
            batch.Write(
                "delete from {schema}.members m using unnest($1::uuid[], $2::uuid[]) as r(c, u) where m.conversation = c and m.user_id = u",
                SqlArray.Uuids(gone.Select(static member => member.Conversation.Value)),
                SqlArray.Uuids(gone.Select(static member => member.User.Value)));
        }
    }
}
