namespace Chat.Application.Search;

/// <summary>The words of texts that a misspelt one may have meant, counted, so that a word is forgotten with the last text that has it.</summary>
public sealed class SearchVocabulary
{
    const int MaxWord = 32;

    readonly Dictionary<string, int> changes = [];

    /// <summary>By how much the use of each word changes.</summary>
    public IEnumerable<KeyValuePair<string, int>> Changes => changes.Where(static change => change.Value != 0);

    public void Add(string? text) => Count(text, 1);

    public void Remove(string? text) => Count(text, -1);

    void Count(string? text, int by)
    {
        if (text is null) return;
        foreach (var word in SearchText.Tokens(text).Where(IsCounted).Select(static token => token.Text).Distinct())
        {
            changes[word] = changes.GetValueOrDefault(word) + by;
        }
    }

    static bool IsCounted(TextToken token) => token.Kind is TokenKind.Word && token.Text.Length is >= 4 and <= MaxWord && token.Text.All(char.IsLetter);
}
