using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Text;

namespace Chat.Infrastructure.Previews;

/// <summary>
/// What the head of a page says of it. Only its tokens are read, in one pass: the tree that the same markup stands for can take hostile pages
/// minutes to build.
/// </summary>
public sealed partial record PageHead(string? Title, string? Description, string? Site)
{
    const int DeclarationWithin = 1_024;

    // the first that says something counts, in this order
    static readonly string[] Titles = ["og:title", "twitter:title", "title"];
    static readonly string[] Descriptions = ["og:description", "twitter:description", "description"];
    static readonly string[] Sites = ["og:site_name"];

    /// <param name="charset">As the server says; else what the page says, else UTF-8.</param>
    public static PageHead Read(ReadOnlyMemory<byte> page, string? charset, CancellationToken ct)
    {
        using var source = new TextSource(EncodingOf(page.Span, charset).GetString(page.Span));
        var said = Said(source, ct);
        return new(First(Titles), First(Descriptions), First(Sites));

        string? First(string[] names) => names.Select(said.GetValueOrDefault).FirstOrDefault(static text => !string.IsNullOrWhiteSpace(text));
    }

    static Dictionary<string, string> Said(TextSource source, CancellationToken ct)
    {
        var said = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        using var tokens = new HtmlTokenizer(source, HtmlEntityProvider.Resolver) { SkipComments = true, SkipScriptText = true, SkipRawText = true };
        tokens.ShouldEmitAttribute = static (ref _, name) => name.Span is "property" or "name" or "content";
        for (StringBuilder? title = null; ;)
        {
            ct.ThrowIfCancellationRequested();
            var token = tokens.Get();
            if (token.Type is HtmlTokenType.Character) title?.Append(token.Data);
            else if (title is not null) said.TryAdd("title", $"{title}");
            if (token.Type is HtmlTokenType.EndOfFile || (token is HtmlTagToken ending && EndsHead(ending))) return said;
            if (token.Type is not HtmlTokenType.Character) title = token is HtmlTagToken { Type: HtmlTokenType.StartTag, Name: "title" } ? new() : null;
            if (token is not HtmlTagToken { Type: HtmlTokenType.StartTag } tag) continue;
            if (tag.Name == "meta") Add(said, tag);
            tokens.State = ContentOf(tag.Name) ?? tokens.State;
        }
    }

    static bool EndsHead(HtmlTagToken tag) => (tag.Type, tag.Name) is (HtmlTokenType.EndTag, "head") or (HtmlTokenType.StartTag, "body");

    // what the tree builder would tell the tokenizer: in these, tags are text
    static HtmlParseMode? ContentOf(string tag) => tag switch
    {
        "title" or "textarea" => HtmlParseMode.RCData,
        "style" or "noscript" or "noframes" or "iframe" or "xmp" => HtmlParseMode.Rawtext,
        "script" => HtmlParseMode.Script,
        _ => null,
    };

    static void Add(Dictionary<string, string> said, HtmlTagToken meta)
    {
        var name = meta.GetAttribute("property") is { Length: > 0 } property ? property : meta.GetAttribute("name");
        if (name is { Length: > 0 } && !name.Equals("title", StringComparison.OrdinalIgnoreCase) && meta.GetAttribute("content") is { Length: > 0 } content) said.TryAdd(name, content);
    }

    static Encoding EncodingOf(ReadOnlySpan<byte> page, string? charset)
    {
        var declared = charset?.Trim('"') ?? Declaration().Match(Encoding.Latin1.GetString(page[..Math.Min(page.Length, DeclarationWithin)])).Groups["name"].Value;
        return CodePagesEncodingProvider.Instance.GetEncoding(declared.ToLowerInvariant() switch
        {
            "iso-8859-1" or "latin1" or "us-ascii" or "ascii" => "windows-1252", // as browsers take them
            var name => name,
        }) ?? Encoding.UTF8;
    }

    [GeneratedRegex("""<meta[^>]+charset\s*=\s*["']?(?<name>[\w-]+)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Declaration();
}
