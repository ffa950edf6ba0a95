using System.Buffers;
using System.Globalization;
using System.Text;

namespace Chat.Application.Search;

/// <summary>A word of a text as it is compared, and where it stands in the text (UTF-16 code units).</summary>
/// <param name="Text">Folded: case, accents and widths aside.</param>
/// <param name="Kind">What it was cut from.</param>
public readonly record struct TextToken(string Text, int Start, int Length, TokenKind Kind)
{
    public int End => Start + Length;
}

/// <summary>
/// A run of Chinese, Japanese or Korean is cut into pairs of characters, since nothing there separates words; its last character stands alone
/// after them, so that a search for one character finds it at every place.
/// </summary>
public enum TokenKind { Word, Pair, Last }

/// <summary>Cuts texts and queries into the same words, in any language, without asking any engine.</summary>
public static class SearchText
{
    /// <summary>Longer words are cut here, in texts and queries alike.</summary>
    const int MaxWord = 64;

    public static List<TextToken> Tokens(string text)
    {
        var tokens = new List<TextToken>(4 + (text.Length / 5));
        var (word, start) = (new StringBuilder(MaxWord), 0);
        (string Text, int Start, int Length)? previous = null;
        for (int at = 0, length; at < text.Length; at += length)
        {
            length = IsAscii(text, at) ? 1 : StringInfo.GetNextTextElementLength(text.AsSpan(at));
            var folded = IsAscii(text, at) ? null : TextFolding.Fold(text.AsSpan(at, length));
            if (folded is null ? char.IsAsciiLetterOrDigit(text[at]) : folded.Length > 0 && !IsEastAsian(folded) && !IsSymbol(folded) && IsWord(folded))
            {
                EndRun();
                if (word.Length == 0) start = at;
                if (folded is null) word.Append(char.ToLowerInvariant(text[at]));
                else word.Append(folded);
                if (word.Length >= MaxWord) EndWord(at + length);
            }
            else if (folded is "")
            {
                continue; // a mark of its own belongs to what it stands on
            }
            else
            {
                EndWord(at);
                if (folded is not null && IsEastAsian(folded) && IsWord(folded))
                {
                    if (previous is { } first) tokens.Add(new(first.Text + folded, first.Start, at + length - first.Start, TokenKind.Pair));
                    previous = (folded, at, length);
                    continue;
                }
                EndRun();
                if (folded is not null && IsSymbol(folded)) tokens.Add(new(SymbolName(folded), at, length, TokenKind.Word));
            }
        }
        EndWord(text.Length);
        EndRun();
        return tokens;

        void EndWord(int end)
        {
            if (word.Length == 0) return;
            tokens.Add(new(word.ToString(0, Math.Min(word.Length, MaxWord)), start, end - start, TokenKind.Word));
            word.Clear();
        }

        void EndRun()
        {
            if (previous is { } last) tokens.Add(new(last.Text, last.Start, last.Length, TokenKind.Last));
            previous = null;
        }
    }

    // The next one decides too: a combining mark may follow a letter of ASCII.
    static bool IsAscii(string text, int at) => char.IsAscii(text[at]) && (at + 1 == text.Length || char.IsAscii(text[at + 1]));

    static bool IsWord(string folded)
    {
        foreach (var rune in folded.EnumerateRunes())
        {
            if (!Rune.IsLetterOrDigit(rune) && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.SpacingCombiningMark or UnicodeCategory.NonSpacingMark)) return false;
        }
        return true;
    }

    static bool IsEastAsian(string folded) => folded.Length > 0 && Rune.DecodeFromUtf16(folded, out var first, out _) == OperationStatus.Done && first.Value is
        (>= 0x3005 and <= 0x3007) or (>= 0x3040 and <= 0x30FF) or (>= 0x31F0 and <= 0x31FF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF)
        or (>= 0xAC00 and <= 0xD7A3) or (>= 0x1100 and <= 0x11FF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x323AF);

    static bool IsSymbol(string folded) => folded.Length > 0 && Rune.GetUnicodeCategory(Rune.GetRuneAt(folded, 0)) is UnicodeCategory.OtherSymbol;

    // An emoji is a word too; spelled out, because no engine's idea of a letter includes it.
    static string SymbolName(string folded) => string.Concat(folded.EnumerateRunes().Take(4).Select(static rune => $"u{rune.Value:x}"));
}
