using Chat.Application.Search;

namespace Chat.Tests.Unit.Search;

public sealed class TextFoldingTests
{
    [Theory]
    [InlineData("Ärger", "arger")]
    [InlineData("e\u0301tude", "etude")]
    [InlineData("STRASSE straße", "strasse strasse")]
    [InlineData("Łódź Søren ÞÓR", "lodz soren thor")]
    [InlineData("Ελλάς ΈΝΑ", "ελλας ενα")]
    [InlineData("Ёлка й", "елка и")]
    [InlineData("tiếng Việt", "tieng viet")]
    [InlineData("ＡＢＣ１２３", "abc123")]
    [InlineData("𝕳𝖊𝖑𝖑𝖔", "hello")]
    [InlineData("ﬁne", "fine")]
    [InlineData("ｱｲｳ", "アイウ")]
    [InlineData("漢字 한글", "漢字 한글")]
    public void case_accents_and_widths_make_no_difference(string text, string folded) => Assert.Equal(folded, TextFolding.Fold(text));

    [Theory]
    [InlineData("か\u3099", "が")]
    [InlineData("ｶﾞ", "ガ")]
    public void a_sound_mark_does(string letter, string folded) => Assert.Equal(folded, TextFolding.Fold(letter));
}
