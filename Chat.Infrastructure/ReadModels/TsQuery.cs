using Chat.Application.Search;

namespace Chat.Infrastructure.ReadModels;

/// <summary>
/// A query in the language of tsquery, over what <see cref="TsVector"/> has made of the texts. Its words hold letters and digits only
/// (<see cref="SearchText"/> made them), so nothing that a user types can be an operator of it.
/// </summary>
static class TsQuery
{
    /// <param name="spellings">Other words that count for a word.</param>
    /// <param name="stems">Of every loose word and of its spellings.</param>
    public static string Of(IReadOnlyList<SearchTerm> terms, ILookup<string, string> spellings, IReadOnlyDictionary<string, string[]> stems) => string.Join(
        " & ",
        // a word said twice would make the planner expect a match to be twice as rare
        terms.Select(term => term.IsLoose ? AnyOf(Loose(term, spellings).SelectMany(word => stems[word].Prepend(word))) : Phrase(term)).Distinct());

    /// <summary>The words that a term may be found by in another form, too: itself and what it may have been meant to be.</summary>
    public static IEnumerable<string> Loose(SearchTerm term, ILookup<string, string> spellings) =>
        term.IsLoose ? spellings[term.Words[0].Text].Prepend(term.Words[0].Text) : [];

    static string Phrase(SearchTerm term)
    {
        var text = Word(term.Words[0]);
        for (var i = 1; i < term.Words.Count; i++) text += $" <{term.Words[i].Offset - term.Words[i - 1].Offset}> {Word(term.Words[i])}";
        return $"({text})";
    }

    static string AnyOf(IEnumerable<string> words) => $"({string.Join(" | ", words.Distinct().Select(static word => $"'{word}'"))})";

    // As it is written, which is what has weight A.
    static string Word(TermWord word) => word.Prefix ? $"'{word.Text}':*A" : $"'{word.Text}':A";
}
