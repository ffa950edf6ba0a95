using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Tests.Unit.Conversations;

public sealed class PreviewSpecs : Spec
{
    const string Link = "https://example.org/tea";

    static readonly LinkPreview Tea = new(Link, "Tea", null, "example.org");

    static PreviewLink Preview(UserId by, string text = Link, long said = 5) =>
        new() { Conversation = Room, By = by, Message = Hello, Text = new MessageBody(text).Hash, Said = said, Preview = Tea };

    static LinkPreviewed Previewed() => new() { By = Cat, At = Noon, Message = Hello, MessageSequence = 5, Preview = Tea };

    static MessageEdited Edited(string text) => new() { By = Cat, At = Noon, Message = Hello, MessageSequence = 5, Body = new(text) };

    [Fact]
    public void a_link_is_shown_with_what_is_behind_it() => Assert.Equal(Tea, GivenGroup(Sent(Hello, Cat, text: Link)).When(Preview(Cat)).Then<LinkPreviewed>().Preview);

    [Fact]
    public void a_message_has_one_preview() => GivenGroup(Sent(Hello, Cat, text: Link), Previewed()).When(Preview(Cat)).ThenNothing();

    [Fact]
    public void what_says_something_else_by_now_has_none() =>
        GivenGroup(Sent(Hello, Cat, text: Link), Edited("never mind")).When(Preview(Cat)).ThenRefused(Refusal.StaleVersion);

    [Fact]
    public void a_deleted_message_has_none() => GivenGroup(Sent(Hello, Cat, text: Link), new MessageDeleted { By = Cat, At = Noon, Message = Hello, MessageSequence = 5 })
        .When(Preview(Cat)).ThenRefused(Refusal.MessageDeleted);

    [Fact]
    public void nobody_puts_one_on_the_message_of_another() => GivenGroup(Sent(Hello, Cat, text: Link)).When(Preview(Dan)).ThenRefused(Refusal.NotYours);

    [Fact]
    public void who_has_left_says_nothing_more() =>
        GivenGroup(Sent(Hello, Cat, text: Link), new MemberLeft { By = Cat, At = Noon }).When(Preview(Cat)).ThenRefused(Refusal.NoSuchConversation);

    [Fact]
    public void another_text_makes_room_for_another_preview() =>
        GivenGroup(Sent(Hello, Cat, text: Link), Previewed(), Edited("look: " + Link)).When(Preview(Cat, "look: " + Link, 7)).Then<LinkPreviewed>();

    [Fact]
    public void mentions_alone_leave_the_preview_where_it_is() =>
        GivenGroup(Sent(Hello, Cat, text: Link), Previewed(), Edited(Link)).When(Preview(Cat, said: 7)).ThenNothing();

    [Fact]
    public void the_same_text_said_again_is_another_wish() => Assert.NotEqual(Preview(Cat).Key, Preview(Cat, said: 9).Key);

    [Theory]
    [InlineData("  All \r\n\t about\u0085tea  ", "All about tea")]
    [InlineData("tea\0cup", "tea cup")]
    public void what_a_page_says_is_one_line(string said, string shown) => Assert.Equal(shown, LinkPreview.Of(Link, said, null, null)!.Title);

    [Fact]
    public void what_is_no_Unicode_is_replaced() => Assert.Equal("\ufffdtea", LinkPreview.Of(Link, "\ud800tea", null, null)!.Title);

    [Theory]
    [InlineData(null)]
    [InlineData(" \u200b\n")]
    public void a_page_without_a_title_has_no_preview(string? title) => Assert.Null(LinkPreview.Of(Link, title, "All about tea", "Example"));

    [Fact]
    public void what_a_page_says_is_bounded_however_it_is_written()
    {
        var preview = LinkPreview.Of(Link, string.Concat(Enumerable.Repeat("👩‍👩‍👧", 5_000_000)), "e" + new string('\u0301', 5_000_000), new string('x', 5_000_000))!;
        Assert.Equal((200, 80), (new System.Globalization.StringInfo(preview.Title).LengthInTextElements, preview.Site!.Length));
        Assert.InRange(preview.Description!.Length, 1, 400 * 8);
    }
}
