using System.Text.RegularExpressions;

namespace Chat.Application.Previews;

/// <summary>Links in what people write.</summary>
public static partial class Links
{
    const int MaxLength = 2_048;

    /// <summary>The first http or https link of a text, without the punctuation that follows it; null when there is none, or it is none to follow.</summary>
    public static string? First(string text) =>
        Link().Match(text) is { Success: true } match && Trim(match.Value) is { Length: <= MaxLength } link && Uri.TryCreate(link, UriKind.Absolute, out _) ? link : null;

    // a bracket belongs to the link only when it was opened in it, as in …/Tea_(drink)
    static string Trim(string link)
    {
        var end = link.Length;
        while (end > 0 && (link[end - 1] is '.' or ',' or ';' or ':' or '!' or '?' or '\'' or '*' or '_' or ']' or '}' || (link[end - 1] == ')' && !link[..end].Contains('(')))) end--;
        return link[..end];
    }

    [GeneratedRegex("""\bhttps?://[^\s<>"]+""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Link();
}
