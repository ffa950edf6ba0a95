using Chat.Application.Search;
using Chat.Domain;
using Chat.Infrastructure.Postgres;
using Npgsql;

namespace Chat.Infrastructure.ReadModels;

/// <summary>The same right to see as history's, out of the same table, for all conversations at once.</summary>
public sealed class PostgresSearchAccess(NpgsqlDataSource database) : ISearchAccess
{
    public async Task<IReadOnlyList<SearchPlace>> Places(UserId reader, IReadOnlyList<string> named, CancellationToken ct)
    {
        await using var command = named.Count == 0
            ? database.Command("select conversation, visible_from from read.timeline_visibility where user_id = $1 and visible_until is null", reader.Value)
            : database.Command(
                """
                select v.conversation, v.visible_from from read.timeline_visibility v left join read.directory_conversations c on c.id = v.conversation
                where v.user_id = $1 and v.visible_until is null and (v.conversation = any($2) or lower(c.name) = any($3))
                """,
                reader.Value, Ids(named), named.Select(static name => name.ToLowerInvariant()).ToArray());
        var places = new List<SearchPlace>();
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) places.Add(new(new(rows.GetGuid(0)), rows.GetInt64(1)));
        return places;
    }

    public async Task<IReadOnlyList<UserId>> Users(IReadOnlyList<string> names, CancellationToken ct)
    {
        await using var command = database.Command(
            "select id from read.directory_users where id = any($1) or search_username = any($2)", Ids(names), names.Select(SearchKey.Of).ToArray());
        var users = new List<UserId>();
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) users.Add(new(rows.GetGuid(0)));
        return users;
    }

    public async Task<IReadOnlyList<MessageHit>> StillThere(UserId reader, IReadOnlyList<MessageHit> hits, CancellationToken ct)
    {
        if (hits.Count == 0) return hits;
        await using var command = database.Command(
            """
            select e.conversation, e.sequence, e.content ->> 'text' from unnest($2::uuid[], $3::bigint[]) as k(conversation, sequence)
            join read.timeline_entries e using (conversation, sequence)
            join read.timeline_visibility v on v.conversation = e.conversation and v.user_id = $1 and v.visible_until is null and v.visible_from <= e.sequence
            where e.content ->> 'text' is not null
            """,
            reader.Value, hits.Select(static hit => hit.Conversation.Value).ToArray(), hits.Select(static hit => hit.Sequence).ToArray());
        var texts = new Dictionary<(ConversationId, long), string>();
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) texts[(new(rows.GetGuid(0)), rows.GetInt64(1))] = rows.GetString(2);
        return [.. hits.Where(hit => texts.TryGetValue((hit.Conversation, hit.Sequence), out var text) && text == hit.Text)];
    }

    static Guid[] Ids(IReadOnlyList<string> named) => [.. named.Select(static name => Guid.TryParse(name, out var id) ? id : Guid.Empty).Where(static id => id != Guid.Empty)];
}
