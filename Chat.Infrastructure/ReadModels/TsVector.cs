using System.Text;
using Chat.Application.Search;

namespace Chat.Infrastructure.ReadModels;

/// <summary>
/// A text in the language of tsvector: every word as it is written, with its places and weight A, and the stems of its words behind the text with
/// weight D, so that what was written ranks first. (A word without any place would count for every weight.) Made here and not by to_tsvector: that
/// would cut the text a second time, into other words, and costs PostgreSQL four times as much as reading this.
/// </summary>
public static class TsVector
{
    /// <param name="stems">Of the words of this text, and maybe of others.</param>
    public static string Of(IReadOnlyList<TextToken> text, IReadOnlyDictionary<string, string[]> stems)
    {
        // words hold letters and digits only, so that none needs to be escaped
        var vector = new StringBuilder(text.Count * 16);
        for (var i = 0; i < text.Count; i++)
        {
            vector.Append('\'').Append(text[i].Text).Append("':").Append(i + 1).Append("A ");
            if (text[i].Kind is not TokenKind.Word) continue;
            foreach (var stem in stems[text[i].Text])
            {
                if (stem != text[i].Text) vector.Append('\'').Append(stem).Append("':").Append(text.Count + 1).Append(' ');
            }
        }
        return vector.ToString();
    }

    /// <summary>The words of texts that have stems.</summary>
    public static IEnumerable<string> Words(IEnumerable<IReadOnlyList<TextToken>> texts) =>
        texts.SelectMany(static text => text).Where(static token => token.Kind is TokenKind.Word).Select(static token => token.Text);
}
