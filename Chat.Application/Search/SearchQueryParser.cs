using System.Globalization;
using System.Text;
using Chat.Domain;

namespace Chat.Application.Search;

/// <summary>
/// Reads what people type: <c>words "a phrase" prefix* from:ann in:"Tea room" has:link before:2026-11-24 after:… is:pinned</c>. What is no
/// filter is searched as it stands, whatever signs are in it: no engine ever sees the text, only the words found in it.
/// </summary>
public static class SearchQueryParser
{
    public const int MaxLength = 500;
    public const int MaxParts = 32;

    const int MinPrefix = 2;
    static readonly string[] Times = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>The query, or why it is none.</summary>
    public static (SearchQuery Query, Refusal? Refusal) Parse(string text)
    {
        var query = new SearchQuery();
        if (text.Length > MaxLength) return (query, SearchRefusals.TooLong);
        if (!IsText(text)) return (query, SearchRefusals.TextInvalid);
        var parts = Parts(text).ToList();
        if (parts.Count > MaxParts) return (query, SearchRefusals.TooLong);
        foreach (var part in parts)
        {
            (query, var refusal) = Add(query, part);
            if (refusal is not null) return (query, refusal);
        }
        return (query, query == new SearchQuery() ? SearchRefusals.Empty : null);
    }

    static (SearchQuery, Refusal?) Add(SearchQuery query, Part part) => part.Filter switch
    {
        "from" => part.Value is "" ? Refused("from", "a username, a user id or me") : (query with { From = [.. query.From, part.Value.TrimStart('@')] }, null),
        "in" => part.Value is "" ? Refused("in", "the name or id of a conversation") : (query with { In = [.. query.In, part.Value.TrimStart('#')] }, null),
        "has" => Enum.TryParse<SearchMarks>(part.Value, ignoreCase: true, out var mark) && Enum.IsDefined(mark) && mark is not 0 && char.IsLetter(part.Value[0])
            ? (query with { Has = query.Has | mark }, null)
            : Refused("has", "file, image, link or mention"),
        "is" => part.Value.Equals("pinned", StringComparison.OrdinalIgnoreCase) ? (query with { Pinned = true }, null) : Refused("is", "pinned"),
        "before" => TryTime(part.Value, out var time)
            ? (query with { Before = query.Before < time ? query.Before : time }, null)
            : Refused("before", "a date such as 2026-11-24 or a time such as 2026-11-24T15:00:00Z"),
        "after" => TryTime(part.Value, out var time)
            ? (query with { After = query.After > time ? query.After : time }, null)
            : Refused("after", "a date such as 2026-11-24 or a time such as 2026-11-24T15:00:00Z"),
        _ => (TermOf(part) is { } term ? query with { Terms = [.. query.Terms, term] } : query, null),
    };

    static (SearchQuery, Refusal?) Refused(string filter, string takes) => (new(), SearchRefusals.Filter(filter, takes));

    static SearchTerm? TermOf(Part part) =>
        !part.Quoted && part.Value.EndsWith('*') && SearchTerm.Of(part.Value, prefix: true) is { } term && term.Words[^1].Text.Length >= MinPrefix
            ? term
            : SearchTerm.Of(part.Value, quoted: part.Quoted);

    // a date is its midnight, UTC
    static bool TryTime(string text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text, Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);

    readonly record struct Part(string? Filter, string Value, bool Quoted);

    static IEnumerable<Part> Parts(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }
            var filter = FilterAt(text, at);
            if (filter is not null) at += filter.Length + 1;
            if (Quoted(text, at) is { } quoted)
            {
                yield return new(filter, quoted, true);
                at += quoted.Length + 2;
                continue;
            }
            var end = at;
            while (end < text.Length && !char.IsWhiteSpace(text[end])) end++;
            yield return new(filter, text[at..end], false);
            at = end;
        }
    }

    static string? FilterAt(string text, int at)
    {
        foreach (var name in new[] { "from", "in", "has", "is", "before", "after" })
        {
            if (at + name.Length < text.Length && text[at + name.Length] == ':' && string.Compare(text, at, name, 0, name.Length, StringComparison.OrdinalIgnoreCase) == 0) return name;
        }
        return null;
    }

    // A quote without its end is a sign like any other.
    static string? Quoted(string text, int at) =>
        at < text.Length && text[at] == '"' && text.IndexOf('"', at + 1) is var end and > 0 ? text[(at + 1)..end] : null;

    static bool IsText(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '\0' || (char.IsControl(text[i]) && !char.IsWhiteSpace(text[i]))) return false;
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsSurrogatePair(text, i)) return false;
            i++;
        }
        return true;
    }
}
