using Chat.Domain;

namespace Chat.Application.Search;

/// <summary>What somebody looks for. All terms and all filters must hold; of several <c>from:</c> or <c>in:</c>, one.</summary>
public sealed record SearchQuery
{
    public IReadOnlyList<SearchTerm> Terms { get; init; } = [];

    /// <summary>Usernames, ids, or "me".</summary>
    public IReadOnlyList<string> From { get; init; } = [];

    /// <summary>Names or ids of conversations.</summary>
    public IReadOnlyList<string> In { get; init; } = [];

    public SearchMarks Has { get; init; }
    public bool Pinned { get; init; }

    /// <summary>Exclusive.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>Inclusive.</summary>
    public DateTimeOffset? After { get; init; }
}

/// <summary>What a message can be asked to have. A picture is an image and no file.</summary>
[Flags]
public enum SearchMarks
{
    None = 0,
    Link = 1,
    Mention = 2,
    File = 4,
    Image = 8,
}

/// <summary>Words that must stand next to each other; one word is the usual case.</summary>
public sealed record SearchTerm(string Text, IReadOnlyList<TermWord> Words)
{
    /// <summary>It stands in quotes: meant exactly as it is written.</summary>
    public bool Quoted { get; init; }

    /// <summary>One word that may stand there in another form too: "runs" for "running".</summary>
    public bool IsLoose => Words is [{ Prefix: false }] && !Quoted;

    /// <summary>A word that may be spelt wrong: long enough, and no number.</summary>
    public bool IsForgiven => IsLoose && Words[0].Text.Length >= 4 && Words[0].Text.All(char.IsLetter);

    /// <summary>The term that a text stands for, or null when there is no word in it.</summary>
    /// <param name="prefix">The last word may go on.</param>
    public static SearchTerm? Of(string text, bool prefix = false, bool quoted = false)
    {
        var tokens = SearchText.Tokens(text);
        var words = new List<TermWord>();
        for (var i = 0; i < tokens.Count; i++)
        {
            // the pairs say it already
            if (tokens[i].Kind is TokenKind.Last && i > 0 && tokens[i - 1].Kind is TokenKind.Pair && tokens[i - 1].End == tokens[i].End) continue;
            words.Add(new(tokens[i].Text, i, tokens[i].Kind is TokenKind.Last || (prefix && i == tokens.Count - 1)));
        }
        return words.Count == 0 ? null : new(text, words) { Quoted = quoted };
    }
}

/// <param name="Text">Letters and digits only, folded.</param>
/// <param name="Offset">Where it stands from the beginning of the term.</param>
/// <param name="Prefix">It may go on.</param>
public sealed record TermWord(string Text, int Offset, bool Prefix);

public static class SearchRefusals
{
    public static readonly Refusal Empty = new("search_empty", RefusalKind.Invalid, "Nothing to search for: give a word, a \"phrase\" or a filter.");
    public static readonly Refusal TooLong = new("search_too_long", RefusalKind.Invalid,
        $"A search has at most {SearchQueryParser.MaxLength} characters and {SearchQueryParser.MaxParts} words and filters.");
    public static readonly Refusal TextInvalid = new("search_text_invalid", RefusalKind.Invalid, "A search must be valid Unicode without control characters.");

    public static Refusal Filter(string name, string takes) => new("search_filter_invalid", RefusalKind.Invalid, $"{name}: takes {takes}.");
}
