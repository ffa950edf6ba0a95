using Chat.Application.Search;

namespace Chat.Tests.Unit.Search;

public sealed class HighlighterTests
{
    static IEnumerable<string> Marked(string text, string query) =>
        Highlighter.Mark(text, SearchQueryParser.Parse(query).Query.Terms, Highlighter.Literally).Select(part => text.Substring(part.Start, part.Length));

    [Theory]
    [InlineData("Tea, or TEA?", "tea", "Tea", "TEA")]
    [InlineData("a café, a cafe\u0301", "cafe", "café", "cafe\u0301")]
    [InlineData("installing installers", "install*", "installing", "installers")]
    [InlineData("green tea, tea green", "\"green tea\"", "green tea")]
    [InlineData("see http://Example.org/x", "example.org", "Example.org")]
    [InlineData("我在东京都工作", "东京", "东京")]
    [InlineData("我在东京都工作", "东京都", "东京都")]
    [InlineData("我在东京都工作", "都", "都")]
    [InlineData("工作都", "都", "都")]
    [InlineData("👋 hello 👍🏽", "hello 👋", "👋", "hello")]
    [InlineData("nothing", "other")]
    public void what_was_found_is_marked_where_it_stands(string text, string query, params string[] parts) => Assert.Equal(parts, Marked(text, query));

    [Fact]
    public void parts_that_overlap_are_one() => Assert.Equal([new Highlight(0, 15)], Highlighter.Mark(
        "one two threefo", SearchQueryParser.Parse("\"one two\" \"two threefo\"").Query.Terms, Highlighter.Literally));
}
