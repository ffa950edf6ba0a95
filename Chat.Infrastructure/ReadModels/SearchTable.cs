using Chat.Application.Search;
using Chat.Domain;

namespace Chat.Infrastructure.ReadModels;

/// <param name="Vector">What <see cref="TsVector"/> makes of its text.</param>
public sealed record IndexedText(SearchDocument Document, string Vector);

/// <summary>
/// What the engine "postgres" finds messages by. A deleted message has no row. <c>vector</c> is what <see cref="TsVector"/> makes of the text.
/// </summary>
public static class SearchTable
{
    public static readonly ReadModel Model = new("search", ["messages", "words"], static schema => $$"""
        create table {{schema}}.messages (
            conversation uuid not null,
            sequence bigint not null,
            message uuid not null,
            sender uuid not null,
            at timestamptz not null,
            version bigint not null,
            has smallint not null,
            pinned boolean not null,
            text text not null,
            vector tsvector not null,
            primary key (conversation, sequence)
        );
        -- New words wait in a list and are sorted in together, which costs less than half of doing so one by one. Each search reads the list, so it is short.
        create index on {{schema}}.messages using gin (vector) with (fastupdate = on, gin_pending_list_limit = 256);
        create index on {{schema}}.messages (at);
        create index on {{schema}}.messages (sender);

        -- The words of all texts, and in how many: what a misspelt one may have meant.
        create table {{schema}}.words (word text primary key, uses int not null) with (fillfactor = 70);
        do $trigrams$ begin
            if exists (select from pg_extension where extname = 'pg_trgm') then
                create index on {{schema}}.words using gin (word gin_trgm_ops);
            end if;
        end $trigrams$;
        """, Undivided: true, Unhurried: true);

    const string Columns = "m.conversation, m.sequence, m.message, m.sender, m.at, m.version, m.has, m.pinned, m.text";

    public static async Task<List<SearchDocument>> Documents(ReadBatch batch, IReadOnlyCollection<(ConversationId Conversation, long Sequence)> keys, CancellationToken ct) =>
        keys.Count == 0 ? [] : await batch.Query(
            $"select {Columns} from {{schema}}.messages m join unnest($1::uuid[], $2::bigint[]) as k(conversation, sequence) using (conversation, sequence)",
            Read, ct, SqlArray.Uuids(keys.Select(static key => key.Conversation.Value)), SqlArray.Longs(keys.Select(static key => key.Sequence)));

    /// <summary>Some of what a user has written.</summary>
    public static Task<List<SearchDocument>> DocumentsOf(ReadBatch batch, UserId sender, int limit, CancellationToken ct) => batch.Query(
        $"select {Columns} from {{schema}}.messages m where m.sender = $1 limit $2", Read, ct,
        new Npgsql.NpgsqlParameter { Value = sender.Value }, new Npgsql.NpgsqlParameter { Value = limit });

    static SearchDocument Read(Npgsql.NpgsqlDataReader row) => new()
    {
        Conversation = new(row.GetGuid(0)),
        Sequence = row.GetInt64(1),
        Message = new(row.GetGuid(2)),
        Sender = new(row.GetGuid(3)),
        At = row.GetFieldValue<DateTimeOffset>(4),
        Version = row.GetInt64(5),
        Has = (SearchMarks)row.GetInt16(6),
        Pinned = row.GetBoolean(7),
        Text = row.GetString(8),
    };

    public static void Save(ReadBatch batch, IReadOnlyCollection<IndexedText> texts, IReadOnlyCollection<SearchDocument> gone, IReadOnlyCollection<KeyValuePair<string, int>> words)
    {
        if (texts.Count > 0)
        {
            batch.Write(
                """
                insert into {schema}.messages (conversation, sequence, message, sender, at, version, has, pinned, text, vector)
                select c, s, m, b, a, v, h, p, t, w::tsvector
                from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::bigint[], $7::smallint[], $8::boolean[], $9::text[], $10::text[])
                    as r(c, s, m, b, a, v, h, p, t, w)
                on conflict (conversation, sequence) do update
                set version = excluded.version, has = excluded.has, pinned = excluded.pinned, text = excluded.text, vector = excluded.vector
                """,
                SqlArray.Uuids(texts.Select(static text => text.Document.Conversation.Value)),
                SqlArray.Longs(texts.Select(static text => text.Document.Sequence)),
                SqlArray.Uuids(texts.Select(static text => text.Document.Message.Value)),
                SqlArray.Uuids(texts.Select(static text => text.Document.Sender.Value)),
                SqlArray.Times(texts.Select(static text => text.Document.At)),
                SqlArray.Longs(texts.Select(static text => text.Document.Version)),
                SqlArray.Shorts(texts.Select(static text => (short)text.Document.Has)),
                SqlArray.Bools(texts.Select(static text => text.Document.Pinned)),
                SqlArray.Texts(texts.Select(static text => text.Document.Text)),
                SqlArray.Texts(texts.Select(static text => text.Vector)));
        }
        if (gone.Count > 0)
        {
            batch.Write(
                "delete from {schema}.messages m using unnest($1::uuid[], $2::bigint[]) as r(c, s) where m.conversation = c and m.sequence = s",
                SqlArray.Uuids(gone.Select(static document => document.Conversation.Value)),
                SqlArray.Longs(gone.Select(static document => document.Sequence)));
        }
        if (words.Count > 0) SaveWords(batch, words);
    }

    static void SaveWords(ReadBatch batch, IReadOnlyCollection<KeyValuePair<string, int>> words)
    {
        batch.Write(
            """
            insert into {schema}.words (word, uses) select * from unnest($1::text[], $2::int[])
            on conflict (word) do update set uses = words.uses + excluded.uses
            """,
            SqlArray.Texts(words.Select(static word => word.Key)), SqlArray.Of(NpgsqlTypes.NpgsqlDbType.Integer, words.Select(static word => word.Value)));
        var fewer = words.Where(static word => word.Value < 0).Select(static word => word.Key).ToList();
        if (fewer.Count > 0) batch.Write("delete from {schema}.words where word = any($1) and uses <= 0", SqlArray.Texts(fewer));
    }
}
