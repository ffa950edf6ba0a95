using Chat.Application.Directory;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Infrastructure.Postgres;
using Npgsql;

namespace Chat.Infrastructure.ReadModels;

public sealed class PostgresDirectory(NpgsqlDataSource database) : IDirectoryReader
{
    const string UserColumns = "id, username, display_name, registered_at";

    public async Task<IReadOnlyList<UserProfile>> FindUsers(string text, string? after, int limit, CancellationToken ct) => await Read(
        $"""
        select {UserColumns} from read.directory_users
        where (search_username like $1 or search_name like $1) and ($2::text is null or username > $2) order by username limit $3
        """,
        UserOf, ct, SearchKey.Prefix(text), after, limit);

    public async Task<UserProfile?> User(UserId user, CancellationToken ct) =>
        (await Read($"select {UserColumns} from read.directory_users where id = $1", UserOf, ct, user.Value)).SingleOrDefault();

    public async Task<IReadOnlyList<UserId>> BlockedBy(UserId user, CancellationToken ct) =>
        await Read("select blocked from read.directory_blocks where user_id = $1 order by blocked", static row => new UserId(row.GetGuid(0)), ct, user.Value);

    public async Task<ConversationProfile?> Conversation(UserId reader, ConversationId conversation, CancellationToken ct) => (await Read(
        """
        select c.id, c.kind, c.history, c.name, (select count(*)::int from read.directory_members n where n.conversation = c.id), m.role, m.can_post, c.started_at, c.started_by
        from read.directory_conversations c join read.directory_members m on m.conversation = c.id and m.user_id = $1 where c.id = $2
        """,
        static row => new ConversationProfile(
            new(row.GetGuid(0)), (ConversationKind)row.GetInt16(1), (History)row.GetInt16(2), row.IsDBNull(3) ? null : row.GetString(3), row.GetInt32(4),
            (Role)row.GetInt16(5), row.GetBoolean(6), row.GetFieldValue<DateTimeOffset>(7), new(row.GetGuid(8))),
        ct, reader.Value, conversation.Value)).SingleOrDefault();

    public async Task<IReadOnlyList<MemberProfile>?> Members(UserId reader, ConversationId conversation, UserId? after, int limit, CancellationToken ct)
    {
        if (await Conversation(reader, conversation, ct) is null) return null;
        return await Read(
            """
            select m.user_id, coalesce(u.username, ''), coalesce(u.display_name, ''), m.role, m.can_post, m.muted_until, m.joined_at
            from read.directory_members m left join read.directory_users u on u.id = m.user_id
            where m.conversation = $1 and ($2::uuid is null or m.user_id > $2) order by m.user_id limit $3
            """,
            static row => new MemberProfile(
                new(row.GetGuid(0)), row.GetString(1), row.GetString(2), (Role)row.GetInt16(3), row.GetBoolean(4),
                row.IsDBNull(5) ? null : row.GetFieldValue<DateTimeOffset>(5), row.GetFieldValue<DateTimeOffset>(6)),
            ct, conversation.Value, after?.Value, limit);
    }

    static UserProfile UserOf(NpgsqlDataReader row) => new(new(row.GetGuid(0)), row.GetString(1), row.GetString(2), row.GetFieldValue<DateTimeOffset>(3));

    async Task<List<T>> Read<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken ct, params object?[] parameters)
    {
        await using var command = database.Command(sql, parameters);
        var found = new List<T>();
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) found.Add(read(row));
        return found;
    }
}
