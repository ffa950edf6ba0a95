using Chat.Application.Search;
using Chat.Infrastructure.Postgres;
using Npgsql;

namespace Chat.Infrastructure.ReadModels;

/// <summary>What PostgreSQL knows about words: which ones a misspelt one may have meant (pg_trgm), and which have one stem.</summary>
public sealed class PostgresSpelling(NpgsqlDataSource database, PostgresStems dictionary)
{
    const int MostSpellings = 8;

    static readonly IReadOnlyDictionary<string, string[]> None = new Dictionary<string, string[]>();

    /// <summary>False where the extension pg_trgm is missing: then only what is spelt right is found.</summary>
    public bool Forgives { get; internal set; }

    /// <summary>For each word, the nearest ones that some message has.</summary>
    public async Task<ILookup<string, string>> Of(IReadOnlyList<SearchTerm> terms, CancellationToken ct)
    {
        var words = terms.Where(static term => term.IsForgiven).Select(static term => term.Words[0].Text).Distinct().ToArray();
        var near = new List<(string Word, string Other, int Distance, int Uses)>();
        if (Forgives && words.Length > 0)
        {
            await using var connection = await database.OpenConnectionAsync(ct);
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    new("select set_config('pg_trgm.similarity_threshold', '0.2', true)"), // two letters swapped spoil four of a short word's trigrams
                    new(
                        """
                        select q.word, n.word, n.uses from unnest($1::text[]) as q(word) cross join lateral (
                            select w.word, w.uses from read.search_words w where w.word % q.word and length(w.word) between length(q.word) - 2 and length(q.word) + 2
                            order by similarity(w.word, q.word) desc, w.uses desc limit 200) n
                        """) { Parameters = { new() { Value = words } } },
                },
            };
            await using var rows = await batch.ExecuteReaderAsync(ct);
            await rows.NextResultAsync(ct);
            while (await rows.ReadAsync(ct)) near.Add((rows.GetString(0), rows.GetString(1), Spelling.Distance(rows.GetString(0), rows.GetString(1)), rows.GetInt32(2)));
        }
        return near.Where(static pair => pair.Distance > 0 && pair.Distance <= Spelling.Allowed(pair.Word))
            .GroupBy(static pair => pair.Word)
            .SelectMany(static word => word.OrderBy(static pair => pair.Distance).ThenByDescending(static pair => pair.Uses).Take(MostSpellings))
            .ToLookup(static pair => pair.Word, static pair => pair.Other);
    }

    /// <summary>Tells for the words of these texts which word of the query they were found by: itself, its beginning, its stem or another spelling.</summary>
    public async Task<Func<SearchTerm, TermWord, string, bool>> Matcher(IReadOnlyList<SearchTerm> terms, IEnumerable<string> texts, ILookup<string, string> spellings, CancellationToken ct)
    {
        var asked = terms.SelectMany(term => TsQuery.Loose(term, spellings)).ToList();
        var stems = asked.Count == 0 ? None : await dictionary.Of(texts.SelectMany(SearchText.Tokens).Select(static token => token.Text).Concat(asked), ct);
        return (term, word, text) => Highlighter.Literally(term, word, text)
            || (term.IsLoose && (SameStem(word.Text, text) || spellings[word.Text].Any(other => other == text || SameStem(other, text))));

        bool SameStem(string one, string other) => stems.TryGetValue(one, out var first) && stems.TryGetValue(other, out var second) && first.Intersect(second).Any();
    }
}
