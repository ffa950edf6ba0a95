using System.Text;
using Chat.Infrastructure.Previews;

namespace Chat.Tests.Unit.Previews;

public sealed class PageHeadTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static PageHead Read(string page) => PageHead.Read(Encoding.UTF8.GetBytes(page), null, Ct);

    [Fact]
    public void what_a_page_says_for_previews_comes_before_what_it_says_for_browsers() => Assert.Equal(new PageHead("Tea &co", "All about tea", "Example"), Read("""
        <!doctype html><html><head><title>Tea - Example</title><meta name="description" content="A page">
        <META content='All about tea' property=og:description><meta property="og:title" content="Tea &amp;co" foo="bar"/>
        <meta name="twitter:title" content="Tweet"><meta property="og:site_name" content="Example"></head>
        """));

    [Fact]
    public void a_plain_page_has_its_title() => Assert.Equal(new PageHead("Tea & <b>cups", "A page", null), Read("<title>Tea &amp; <b>cups</title><meta name=description content='A page'><p>hi"));

    [Fact]
    public void what_is_empty_does_not_count() => Assert.Equal("Tea", Read("<meta property=og:title content=' '><meta name=twitter:title><title>Tea</title>").Title);

    [Theory]
    [InlineData("<script>var x = '<meta property=og:title content=evil>'</script>")]
    [InlineData("<style><meta property=og:title content=evil></style>")]
    [InlineData("<!-- <meta property=og:title content=evil> -->")]
    [InlineData("<noscript><meta property=og:title content=evil></noscript>")]
    [InlineData("</head><meta property=og:title content=evil>")]
    [InlineData("<body><title>evil</title>")]
    public void what_only_looks_like_the_head_is_passed_over(string page) => Assert.Null(Read(page).Title);

    [Theory]
    [InlineData("windows-1251", "Чай", null)]
    [InlineData("shift_jis", "お茶", null)]
    [InlineData("windows-1251", "Чай", "declared")]
    [InlineData("nonsense", "Tea", null)]
    public void a_page_is_read_in_its_own_charset(string charset, string title, string? declared)
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(charset) ?? Encoding.UTF8;
        var page = encoding.GetBytes($"<meta http-equiv=content-type content=\"text/html; charset={(declared is null ? "utf-8" : charset)}\"><title>{title}</title>");
        Assert.Equal(title, PageHead.Read(page, declared is null ? charset : null, Ct).Title);
    }

    // Building the tree of the first of these takes minutes.
    [Theory]
    [InlineData("<b>")]
    [InlineData("<b><p>")]
    [InlineData("<table><a>")]
    [InlineData("<meta property=og:title content=x>")]
    [InlineData("<!--<script")]
    [InlineData("&")]
    [InlineData("<")]
    public async Task a_hostile_page_takes_no_longer_than_it_is_long(string part) =>
        await Task.Run(() => Read(string.Concat(Enumerable.Repeat(part, 1024 * 1024 / part.Length))), Ct).WaitAsync(TimeSpan.FromSeconds(20), Ct);
}
