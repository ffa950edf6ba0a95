using BitFaster.Caching.Lru;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.Search;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Chat.Infrastructure.ReadModels;

/// <summary>The stems of words in the configured languages, by PostgreSQL's own dictionaries. What was asked a moment ago is remembered: people share most words.</summary>
public sealed class PostgresStems(NpgsqlDataSource database, IOptions<SearchOptions> options)
{
    const int Remembered = 20_000;

    readonly IReadOnlyList<string> languages = options.Value.LanguageList;
    readonly ConcurrentLru<string, string[]> known = new(Remembered);
    readonly string sql = $"select word, {string.Join(" || ", options.Value.LanguageList.Select(Stems))} from unnest($1::text[]) as w(word)";

    /// <summary>For each of these words, its stems: none where the languages make nothing of it, as of "the".</summary>
    public async ValueTask<IReadOnlyDictionary<string, string[]>> Of(IEnumerable<string> words, CancellationToken ct)
    {
        var (found, asked) = (new Dictionary<string, string[]>(), new HashSet<string>());
        foreach (var word in words)
        {
            if (found.ContainsKey(word)) continue;
            if (languages.Count == 0 || word.AsSpan().ContainsAnyInRange('0', '9')) found[word] = []; // a number, a version, a name: no word of any language
            else if (known.TryGet(word, out var stems)) found[word] = stems;
            else asked.Add(word);
        }
        if (asked.Count == 0) return found;

        await using var command = database.Command(sql, (object)asked.ToArray());
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            var (word, stems) = (rows.GetString(0), rows.GetFieldValue<string[]>(1));
            found[word] = stems;
            known.AddOrUpdate(word, stems);
        }
        return found;
    }

    static string Stems(string language) => $"coalesce(ts_lexize('pg_catalog.{language}_stem', word), array[]::text[])";
}
