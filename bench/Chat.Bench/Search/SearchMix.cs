using Chat.Application.Search;

namespace Chat.Bench.Search;

/// <summary>What is asked: a third each of one word, of two that stand in one message, and of one that is spelt wrong.</summary>
static class SearchMix
{
    public static IReadOnlyList<SearchQuery> Of(IEnumerable<string> texts, int count)
    {
        var (random, said) = (new Random(7), texts.Select(Words).Where(static words => words.Count >= 2).ToList());
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var words = said[random.Next(said.Count)];
            var (one, another) = (words[random.Next(words.Count)], words[random.Next(words.Count)]);
            return SearchQueryParser.Parse((i % 3) switch { 0 => one, 1 => $"{one} {another}", _ => Misspelt(one, random) }).Query;
        })];
    }

    static List<string> Words(string text) =>
        [.. SearchText.Tokens(text).Where(static token => token.Kind is TokenKind.Word && token.Text.Length >= 4 && token.Text.All(char.IsLetter)).Select(static token => token.Text)];

    // two letters change places, which is the slip that fingers make
    static string Misspelt(string word, Random random)
    {
        var at = random.Next(1, word.Length - 1);
        return $"{word[..at]}{word[at + 1]}{word[at]}{word[(at + 2)..]}";
    }
}
