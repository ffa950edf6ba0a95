namespace Chat.Application.Search;

/// <summary>A part of a text, in UTF-16 code units.</summary>
public readonly record struct Highlight(int Start, int Length)
{
    public int End => Start + Length;
}

/// <summary>Says where in a text a query is found.</summary>
public static class Highlighter
{
    /// <summary>In order, without overlap.</summary>
    /// <param name="matches">Whether a word of the text (last) is what a word of a term asks for.</param>
    public static List<Highlight> Mark(string text, IReadOnlyList<SearchTerm> terms, Func<SearchTerm, TermWord, string, bool> matches)
    {
        var tokens = SearchText.Tokens(text);
        var found = new List<Highlight>();
        foreach (var term in terms)
        {
            for (var at = 0; at < tokens.Count; at++)
            {
                if (!term.Words.All(word => at + word.Offset < tokens.Count && matches(term, word, tokens[at + word.Offset].Text))) continue;
                var last = tokens[at + term.Words[^1].Offset];
                // one character of a run is found as the beginning of a pair
                var end = last.Kind is TokenKind.Pair && term.Words[^1] is { Prefix: true } prefix ? last.Start + Math.Min(prefix.Text.Length, last.Length) : last.End;
                found.Add(new(tokens[at].Start, end - tokens[at].Start));
            }
        }
        return Merge(found);
    }

    /// <summary>Exactly, or as a beginning where the query says so.</summary>
    public static bool Literally(SearchTerm term, TermWord word, string text) => word.Prefix ? text.StartsWith(word.Text, StringComparison.Ordinal) : text == word.Text;

    public static List<Highlight> Merge(IEnumerable<Highlight> parts)
    {
        var merged = new List<Highlight>();
        foreach (var part in parts.OrderBy(static part => part.Start).ThenBy(static part => part.Length))
        {
            if (merged is [.., var last] && part.Start < last.End) merged[^1] = last with { Length = Math.Max(last.End, part.End) - last.Start };
            else merged.Add(part);
        }
        return merged;
    }
}
