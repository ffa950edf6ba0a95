using System.Text;

namespace Chat.Domain.Conversations;

public static class ReactionValue
{
    /// <summary>One emoji (one grapheme of symbols), or a :shortcode: of an app's own.</summary>
    public static bool IsValid(string value) =>
        value.Length is > 0 and <= 64 && Texts.IsWellFormed(value) && (IsShortcode(value) || IsEmoji(value));

    static bool IsShortcode(string value) =>
        value.Length is > 2 and <= 34 && value[0] == ':' && value[^1] == ':'
        && value.AsSpan(1, value.Length - 2).IndexOfAnyExcept(ShortcodeCharacters) < 0;

    static readonly System.Buffers.SearchValues<char> ShortcodeCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_+-");

    static bool IsEmoji(string value) =>
        Texts.Graphemes(value) == 1 && Texts.HasVisible(value)
        && (value.EnumerateRunes().Any(IsSymbol) || value.EndsWith('\u20E3')); // keycaps begin with a digit

    static bool IsSymbol(Rune rune) => Rune.IsSymbol(rune) || Rune.GetUnicodeCategory(rune) == System.Globalization.UnicodeCategory.OtherPunctuation && rune.Value > 0x7F;
}
