using Chat.Domain;

namespace Chat.Tests.Unit.Files;

public sealed class FileNameSpecs
{
    [Theory]
    [InlineData("a")]
    [InlineData("Fünf Ärzte – Übersicht (1).pdf")]
    [InlineData("-rf")]
    [InlineData(".bashrc")]
    [InlineData("CON")]
    [InlineData("a..b")]
    [InlineData("100%2e%2e.txt")]
    [InlineData("\"quoted\"; filename=b")]
    [InlineData("👩‍👩‍👧‍👦.jpg")]
    public void a_name_is_data_and_may_be_almost_anything(string name) => Assert.Null(FileName.Check(name));

    [Fact]
    public void its_length_is_counted_as_people_see_it()
    {
        Assert.Null(FileName.Check(string.Concat(Enumerable.Repeat("👩‍👩‍👧", Limits.FileNameGraphemes))));
        Assert.Equal(Refusal.FileNameInvalid, FileName.Check(new string('a', Limits.FileNameGraphemes + 1)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("\u200b")]
    [InlineData("a\0")]
    [InlineData("a\nb")]
    [InlineData("a\u0085b")]
    [InlineData("\u001b[2J")]
    [InlineData("a\u202egnp.exe")]
    [InlineData("a\u2066b")]
    [InlineData("a/b")]
    [InlineData("..\\b")]
    [InlineData(".")]
    [InlineData("..")]
    public void but_not_what_is_a_path_unseen_or_seen_as_something_else(string name) => Assert.Equal(Refusal.FileNameInvalid, FileName.Check(name));

    [Fact]
    public void and_not_what_is_no_text() => Assert.Equal(Refusal.FileNameInvalid, FileName.Check("a\ud800"));
}
