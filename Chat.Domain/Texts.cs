using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Chat.Domain;

/// <summary>Rules about text that messages and names share.</summary>
static class Texts
{
    /// <summary>False for lone surrogates and NUL, which no store or client could give back unchanged.</summary>
    public static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0') return false;
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsSurrogatePair(text, i)) return false;
            i++;
        }
        return true;
    }

    /// <summary>True when something would be seen: not only white space, controls, or zero-width and filler characters.</summary>
    public static bool HasVisible(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsInvisible(rune)) return true;
        }
        return false;
    }

    public static int Graphemes(string text)
    {
        var count = 0;
        for (var rest = text.AsSpan(); rest.Length > 0; count++)
        {
            rest = rest[StringInfo.GetNextTextElementLength(rest)..];
        }
        return count;
    }

    /// <summary>
    /// The beginning of somebody else's text on one line: white space and controls are single spaces, what is ill-formed is replaced, and a grapheme
    /// has a few characters at most.
    /// </summary>
    public static string Clip(string text, int graphemes)
    {
        const int charsEach = 8;
        var clipped = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (clipped.Length >= graphemes * charsEach) break;
            if (!Rune.IsWhiteSpace(rune) && Rune.GetUnicodeCategory(rune) is not UnicodeCategory.Control) clipped.Append(rune);
            else if (clipped is not [.., ' '] and not { Length: 0 }) clipped.Append(' ');
        }
        var line = clipped.ToString().TrimEnd();
        var length = 0;
        for (var count = 0; length < line.Length && count < graphemes; count++) length += StringInfo.GetNextTextElementLength(line.AsSpan(length));
        return line[..length].TrimEnd();
    }

    /// <summary>The first 64 bits of SHA-256: the same in every process and release.</summary>
    public static long Hash(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return BinaryPrimitives.ReadInt64BigEndian(hash);
    }

    static bool IsInvisible(Rune rune) =>
        Rune.IsWhiteSpace(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.NonSpacingMark
            or UnicodeCategory.EnclosingMark or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        // letters by category that draw nothing: Hangul fillers, the Braille blank
        || rune.Value is 0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x2800;
}
