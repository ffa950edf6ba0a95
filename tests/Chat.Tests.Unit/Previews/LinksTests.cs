using Chat.Application.Previews;

namespace Chat.Tests.Unit.Previews;

public sealed class LinksTests
{
    [Theory]
    [InlineData("https://example.org", "https://example.org")]
    [InlineData("look: HTTP://Example.org/a?b=c#d, nice", "HTTP://Example.org/a?b=c#d")]
    [InlineData("(see https://example.org/tea)", "https://example.org/tea")]
    [InlineData("https://example.org/Tea_(drink).", "https://example.org/Tea_(drink)")]
    [InlineData("**https://example.org/tea**", "https://example.org/tea")]
    [InlineData("<https://example.org/tea>", "https://example.org/tea")]
    [InlineData("first https://one.example then https://two.example", "https://one.example")]
    [InlineData("https://grüße.example/語", "https://grüße.example/語")]
    public void the_first_link_counts_without_what_follows_it(string text, string link) => Assert.Equal(link, Links.First(text));

    [Theory]
    [InlineData("no link")]
    [InlineData("www.example.org")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://example.org")]
    [InlineData("ftp://example.org")]
    [InlineData("https://")]
    [InlineData("https://...")]
    [InlineData("xhttps://example.org")]
    public void what_is_no_link_is_none(string text) => Assert.Null(Links.First(text));

    [Fact]
    public void an_endless_link_is_none() => Assert.Null(Links.First("https://example.org/" + new string('x', 8_000)));
}
