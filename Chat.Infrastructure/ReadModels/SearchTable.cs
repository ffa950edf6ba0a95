using Chat.Application.Search;
using Chat.Domain;

namespace Chat.Infrastructure.ReadModels;

/// <summary>
/// What the engine "postgres" finds messages by. A deleted message has no row. <c>vector</c> holds every word as it is written (weight A), and its
/// stem in each configured language (weight D), so that what was written ranks first.
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

    /// <param name="languages">Names of text search configurations of PostgreSQL.</param>
    public static void Save(ReadBatch batch, IReadOnlyCollection<SearchDocument> documents, IReadOnlyCollection<KeyValuePair<string, int>> words, IReadOnlyList<string> languages)
    {
        var kept = documents.Where(static document => document.Text is not null).ToList();
        var gone = documents.Where(static document => document.Text is null).ToList();
        if (kept.Count > 0)
        {
            var tokens = kept.ConvertAll(static document => SearchText.Tokens(document.Text!));
            batch.Write(
                $$"""
                insert into {schema}.messages (conversation, sequence, message, sender, at, version, has, pinned, text, vector)
                select c, s, m, b, a, v, h, p, t, {{SearchVector.Of("w", "l", languages)}}
                from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::bigint[], $7::smallint[], $8::boolean[], $9::text[], $10::text[], $11::text[])
                    as r(c, s, m, b, a, v, h, p, t, w, l)
                on conflict (conversation, sequence) do update
                set version = excluded.version, has = excluded.has, pinned = excluded.pinned, text = excluded.text, vector = excluded.vector
                """,
                SqlArray.Uuids(kept.Select(static document => document.Conversation.Value)),
                SqlArray.Longs(kept.Select(static document => document.Sequence)),
                SqlArray.Uuids(kept.Select(static document => document.Message.Value)),
                SqlArray.Uuids(kept.Select(static document => document.Sender.Value)),
                SqlArray.Times(kept.Select(static document => document.At)),
                SqlArray.Longs(kept.Select(static document => document.Version)),
                SqlArray.Shorts(kept.Select(static document => (short)document.Has)),
                SqlArray.Bools(kept.Select(static document => document.Pinned)),
                SqlArray.Texts(kept.Select(static document => document.Text)),
                SqlArray.Texts(tokens.Select(static list => string.Join(' ', list.Select(static token => token.Text)))),
                SqlArray.Texts(tokens.Select(static list => string.Join(' ', list.Where(static token => token.Kind is TokenKind.Word).Select(static token => token.Text)))));
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

/// <summary>The two forms in which a text's words meet a query's: as written, and as stems.</summary>
static class SearchVector
{
    const string Simple = "'pg_catalog.simple'::regconfig";

    public static string Of(string words, string plainWords, IReadOnlyList<string> languages) =>
        string.Concat([$"setweight(to_tsvector({Simple}, {words}), 'A')", .. languages.Select(language => $" || to_tsvector({Config(language)}, {plainWords})")]);

    /// <param name="parameter">Names a parameter of the statement for a value.</param>
    public static string Query(TsQuery query, Func<string, string> parameter, IReadOnlyList<string> languages)
    {
        var parts = new List<string>();
        if (query.Exact.Length > 0) parts.Add($"{parameter(query.Exact)}::tsquery");
        foreach (var loose in query.Loose.Select(parameter))
        {
            parts.Add($"({string.Join(" || ", languages.Select(Config).Prepend(Simple).Select(config => $"to_tsquery({config}, {loose})"))})");
        }
        return $"({string.Join(" && ", parts)})";
    }

    /// <summary>The stems of a word, as an array.</summary>
    public static string Stems(string word, IReadOnlyList<string> languages) =>
        string.Join(" || ", languages.Select(language => $"coalesce(ts_lexize('pg_catalog.{language}_stem', {word}), array[]::text[])"));

    static string Config(string language) => $"'pg_catalog.{language}'::regconfig";
}
