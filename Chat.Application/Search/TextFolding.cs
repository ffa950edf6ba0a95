using System.Globalization;
using System.Text;

namespace Chat.Application.Search;

/// <summary>
/// The form in which texts are compared: case, accents and widths aside. With a table of its own, since the product runs without ICU, and
/// string.Normalize then leaves everything as it is.
/// </summary>
public static class TextFolding
{
    static readonly Dictionary<string, string> Table = Read();
    static readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> Forms = Table.GetAlternateLookup<ReadOnlySpan<char>>();

    public static string Fold(ReadOnlySpan<char> text)
    {
        if (Forms.TryGetValue(text, out var form)) return form;
        var folded = new StringBuilder(text.Length);
        Span<char> lower = stackalloc char[2];
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format) continue;
            var length = Rune.ToLowerInvariant(rune).EncodeToUtf16(lower);
            if (Forms.TryGetValue(lower[..length], out form)) folded.Append(form);
            else folded.Append(lower[..length]);
        }
        return folded.ToString();
    }

    static Dictionary<string, string> Read()
    {
        using var lines = new StreamReader(typeof(TextFolding).Assembly.GetManifestResourceStream("Chat.Application.Search.folding.txt")!);
        var table = new Dictionary<string, string>();
        while (lines.ReadLine() is { } line)
        {
            if (line is not ['#', ..] && line.Split(' ') is [var form, .. var others]) foreach (var other in others) table[other] = form;
        }
        return table;
    }
}
