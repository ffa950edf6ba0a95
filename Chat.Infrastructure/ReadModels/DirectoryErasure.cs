using Chat.Application.Log;
using Chat.Domain;
using Npgsql;

namespace Chat.Infrastructure.ReadModels;

/// <summary>Takes who is erased out of the directory. That they are stays: their memberships, and the list that a restored backup is held against.</summary>
public static class DirectoryErasure
{
    /// <summary>Conversations whose name is from one of these users.</summary>
    public static Task<List<ConversationId>> NamedBy(ReadBatch batch, IReadOnlyCollection<UserId> users, CancellationToken ct) => batch.Query(
        "select id from {schema}.conversations where named_by = any($1)", static row => new ConversationId(row.GetGuid(0)), ct, Ids(users));

    /// <summary>To be called after everything else of the batch.</summary>
    /// <param name="users">Whose own rows are to go, and when they were erased.</param>
    /// <param name="authors">Whose names of conversations are to go, as far as these are among <paramref name="conversations"/>.</param>
    public static void Save(
        ReadBatch batch, IReadOnlyCollection<KeyValuePair<UserId, DateTimeOffset>> users, IReadOnlyCollection<UserId> authors, IReadOnlyCollection<ConversationId> conversations)
    {
        var ids = users.Select(static user => user.Key).ToList();
        batch.Write("delete from {schema}.users where id = any($1)", Ids(ids));
        batch.Write("delete from {schema}.blocks where user_id = any($1)", Ids(ids));
        batch.Write(
            "insert into {schema}.erased (user_id, at) select * from unnest($1::uuid[], $2::timestamptz[]) on conflict do nothing",
            Ids(ids), SqlArray.Times(users.Select(static user => user.Value)));
        batch.Write(
            "update {schema}.conversations set name = $3 where id = any($1) and named_by = any($2) and name is not null",
            SqlArray.Uuids(conversations.Select(static conversation => conversation.Value)), Ids(authors), new NpgsqlParameter { Value = PersonalText.Erased });
    }

    static NpgsqlParameter Ids(IEnumerable<UserId> users) => SqlArray.Uuids(users.Select(static user => user.Value));
}
