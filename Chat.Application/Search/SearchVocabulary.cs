namespace Chat.Application.Search;

/// <summary>The words of texts that a misspelt one may have meant, counted, so that a word is forgotten with the last text that has it.</summary>
public sealed class SearchVocabulary
{
    const int MaxWord = 32;

    readonly Dictionary<string, int> changes = [];
    readonly HashSet<string> seen = []; // in one text

    /// <summary>By how much the use of each word changes.</summary>
    public IEnumerable<KeyValuePair<string, int>> Changes => changes.Where(static change => change.Value != 0);

    /// <param name="text">As <see cref="SearchText"/> cuts it.</param>
    public void Add(IEnumerable<TextToken> text) => Count(text, 1);

    public void Remove(string? text) => Count(SearchText.Tokens(text ?? ""), -1);

    void Count(IEnumerable<TextToken> text, int by)
    {
        seen.Clear();
        foreach (var token in text)
        {
            if (IsCounted(token) && seen.Add(token.Text)) changes[token.Text] = changes.GetValueOrDefault(token.Text) + by;
        }
    }

    static bool IsCounted(TextToken token)
    {
        if (token.Kind is not TokenKind.Word || token.Text.Length is < 4 or > MaxWord) return false;
        foreach (var letter in token.Text)
        {
            if (!char.IsLetter(letter)) return false;
        }
        return true;
    }
}
