using Chat.Application.Search;

namespace Chat.Tests.Unit.Search;

public sealed class SearchQueryParserTests
{
    static SearchQuery Parse(string text)
    {
        var (query, refusal) = SearchQueryParser.Parse(text);
        Assert.Null(refusal);
        return query;
    }

    static string Shape(SearchTerm term) => string.Concat(term.Words.Select(word => $"{word.Offset}:{word.Text}{(word.Prefix ? "*" : "")} ")).TrimEnd();

    [Theory]
    [InlineData("Tea time", "0:tea", "0:time")]
    [InlineData("\"green tea\"", "0:green 1:tea")]
    [InlineData("instal*", "0:instal*")]
    [InlineData("user@host.org", "0:user 1:host 2:org")]
    [InlineData("10.04", "0:10 1:04")]
    [InlineData("don't", "0:don 1:t")]
    [InlineData("Ｗｉｄｅ Ｃａｆé Straße", "0:wide", "0:cafe", "0:strasse")]
    [InlineData("東京", "0:東京")]
    [InlineData("東", "0:東*")]
    [InlineData("東京都庁", "0:東京 1:京都 2:都庁")]
    [InlineData("\"東京 tower\"", "0:東京 2:tower")]
    [InlineData("안녕하세요", "0:안녕 1:녕하 2:하세 3:세요")]
    [InlineData("👍", "0:u1f44d")]
    public void text_becomes_terms_of_words(string text, params string[] shapes) => Assert.Equal(shapes, Parse(text).Terms.Select(Shape));

    // whatever means something to an engine means nothing here
    [Theory]
    [InlineData("a & b | !c", "0:a", "0:b", "0:c")]
    [InlineData("foo:bar", "0:foo 1:bar")]
    [InlineData("title:secret OR 1=1", "0:title 1:secret", "0:or", "0:1 1:1")]
    [InlineData("'quoted':*", "0:quoted*")]
    [InlineData("\"never closed", "0:never", "0:closed")]
    [InlineData("(a <-> b)", "0:a", "0:b")]
    [InlineData("%like_this%", "0:like 1:this")]
    [InlineData("/re.*gex/", "0:re 1:gex")]
    [InlineData("{\"match_all\":{}}", "0:match 1:all")]
    [InlineData("a*", "0:a")]
    public void signs_are_no_operators(string text, params string[] shapes) => Assert.Equal(shapes, Parse(text).Terms.Select(Shape));

    [Fact]
    public void filters_are_read_beside_words()
    {
        var query = Parse("tea FROM:@ann from:me in:\"Tea room\" in:#green has:link has:IMAGE is:pinned after:2026-11-01 before:2026-11-24T15:00:00Z");
        Assert.Equal(["0:tea"], query.Terms.Select(Shape));
        Assert.Equal(["ann", "me"], query.From);
        Assert.Equal(["Tea room", "green"], query.In);
        Assert.Equal(SearchMarks.Link | SearchMarks.Image, query.Has);
        Assert.True(query.Pinned);
        Assert.Equal(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), query.After);
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 15, 0, 0, TimeSpan.Zero), query.Before);
    }

    [Fact]
    public void the_narrower_of_two_times_counts()
    {
        var query = Parse("before:2026-02-01 before:2026-01-01 after:2025-01-01 after:2025-06-01");
        Assert.Equal((2026, 2025, 6), (query.Before!.Value.Year, query.After!.Value.Year, query.After.Value.Month));
    }

    [Theory]
    [InlineData("", "search_empty")]
    [InlineData("   ", "search_empty")]
    [InlineData("... !!! \"\"", "search_empty")]
    [InlineData("from:", "search_filter_invalid")]
    [InlineData("in:\"\"", "search_filter_invalid")]
    [InlineData("has:dragons", "search_filter_invalid")]
    [InlineData("has:", "search_filter_invalid")]
    [InlineData("has:1", "search_filter_invalid")]
    [InlineData("has:none", "search_filter_invalid")]
    [InlineData("has:link,file", "search_filter_invalid")]
    [InlineData("is:gone", "search_filter_invalid")]
    [InlineData("before:yesterday", "search_filter_invalid")]
    [InlineData("after:2026-13-40", "search_filter_invalid")]
    [InlineData("a\0b", "search_text_invalid")]
    [InlineData("a\u0007b", "search_text_invalid")]
    public void what_cannot_be_meant_is_refused(string text, string code) => Assert.Equal(code, SearchQueryParser.Parse(text).Refusal?.Code);

    [Fact]
    public void half_a_character_is_refused() => Assert.Equal("search_text_invalid", SearchQueryParser.Parse("a\ud83d").Refusal?.Code);

    [Fact]
    public void a_search_has_bounds()
    {
        Assert.Equal("search_too_long", SearchQueryParser.Parse(new('x', SearchQueryParser.MaxLength + 1)).Refusal?.Code);
        Assert.Null(SearchQueryParser.Parse(new('x', SearchQueryParser.MaxLength)).Refusal);
        Assert.Equal("search_too_long", SearchQueryParser.Parse(string.Join(' ', Enumerable.Repeat("x", SearchQueryParser.MaxParts + 1))).Refusal?.Code);
    }
}
