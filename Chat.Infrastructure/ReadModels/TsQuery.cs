using Chat.Application.Search;

namespace Chat.Infrastructure.ReadModels;

/// <summary>
/// A query in the language of tsquery. Its words hold letters and digits only (<see cref="SearchText"/> made them), so nothing that a user
/// types can be an operator of it.
/// </summary>
/// <param name="Exact">What must stand there as it is written; empty when there is nothing.</param>
/// <param name="Loose">What may stand there in another form, a word and its spellings each.</param>
sealed record TsQuery(string Exact, IReadOnlyList<string> Loose)
{
    /// <param name="spellings">Other words that count for a word.</param>
    public static TsQuery Of(IReadOnlyList<SearchTerm> terms, ILookup<string, string> spellings) => new(
        string.Join(" & ", terms.Where(static term => !term.IsLoose).Select(Phrase).Distinct()),
        // a word said twice would make the planner expect a match to be twice as rare
        [.. terms.Where(static term => term.IsLoose).Select(static term => term.Words[0].Text).Distinct().Select(word => AnyOf([word, .. spellings[word]]))]);

    static string Phrase(SearchTerm term)
    {
        var text = Word(term.Words[0]);
        for (var i = 1; i < term.Words.Count; i++) text += $" <{term.Words[i].Offset - term.Words[i - 1].Offset}> {Word(term.Words[i])}";
        return $"({text})";
    }

    static string AnyOf(string[] words) => $"({string.Join(" | ", words.Select(static word => $"'{word}'"))})";

    // As it is written, which is what has weight A: the stems stand behind the text, as if it went on with them.
    static string Word(TermWord word) => word.Prefix ? $"'{word.Text}':*A" : $"'{word.Text}':A";
}
