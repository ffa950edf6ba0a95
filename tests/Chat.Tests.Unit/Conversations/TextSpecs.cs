using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Tests.Unit.Conversations;

public sealed class TextSpecs : Spec
{
    public static TheoryData<string> Accepted =>
    [
        "a", "multi\nline\ttext", new string('x', 4_000), string.Concat(Enumerable.Repeat("語", 2_730)), "👩‍👩‍👧‍👦", "\u202Ertl override stays as written",
        "e\u0301", "\uFEFFbom first",
    ];

    [Theory, MemberData(nameof(Accepted))]
    public void these_texts_are_messages_just_as_written(string text) => Assert.Equal(text, GivenGroup().When(Send(Cat, text)).Then<MessageSent>().Body.Text);

    [Theory]
    [InlineData("")]
    [InlineData("   \t\r\n")]
    [InlineData("\u200B\u200C\u200D\u2060\uFEFF")]
    [InlineData("\u00A0\u2003\u3000")]
    [InlineData("\u3164\u115F\u2800")]
    [InlineData("\u00AD\u0301")]
    public void what_nobody_would_see_is_refused(string text) => GivenGroup().When(Send(Cat, text)).ThenRefused(Refusal.TextEmpty);

    [Fact]
    public void what_is_no_unicode_text_is_refused()
    {
        // not as InlineData: attributes are stored as UTF-8, which cannot hold a lone surrogate
        foreach (var text in new[] { "nul\0inside", "\uD800 high alone", "low alone \uDC00", "\uDC00\uD800" })
        {
            GivenGroup().When(Send(Cat, text)).ThenRefused(Refusal.TextInvalid);
        }
    }

    [Fact]
    public void one_grapheme_too_many_is_refused() => GivenGroup().When(Send(Cat, new string('x', 4_001))).ThenRefused(Refusal.TextTooLong);

    [Fact]
    public void one_byte_too_many_is_refused()
    {
        // 8,192 bytes in 4 graphemes: long combining runs
        var text = string.Concat(Enumerable.Repeat("é" + new string('\u0301', 1_023), 4));
        GivenGroup().When(Send(Cat, text)).Then<MessageSent>();
        GivenGroup().When(Send(Cat, text + "x")).ThenRefused(Refusal.TextTooLong);
    }

    [Theory]
    [InlineData("👍")]
    [InlineData("❤️")]
    [InlineData("1️⃣")]
    [InlineData("🏳️‍🌈")]
    [InlineData("‼")]
    [InlineData(":party-parrot:")]
    public void an_emoji_or_shortcode_is_a_reaction(string value) => GivenGroup(Sent(Hello, Ann)).When(React(Hello, Cat, value)).Then<ReactionAdded>();

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("👍👍")]
    [InlineData("text")]
    [InlineData("::")]
    [InlineData(":Upper:")]
    [InlineData("\u200D")]
    public void anything_else_is_none(string value) => GivenGroup(Sent(Hello, Ann)).When(React(Hello, Cat, value)).ThenRefused(Refusal.ReactionInvalid);
}
