using System.Text.Json;
using Chat.Application.Push;
using Chat.Infrastructure.Push;

namespace Chat.Tests.Unit.Push;

public sealed class PushWordingTests
{
    [Fact]
    public void a_short_text_is_shown_as_it_is() => Assert.Equal("Grüße 👋", PushWording.Preview("Grüße 👋"));

    [Fact]
    public void a_long_text_is_shown_in_part() => Assert.Equal($"{new string('a', 200)}…", PushWording.Preview(new string('a', 201)));

    [Fact]
    public void no_character_is_cut_in_two() => Assert.Equal($"{string.Concat(Enumerable.Repeat("👩‍👩‍👧", 55))}…", PushWording.Preview(string.Concat(Enumerable.Repeat("👩‍👩‍👧", 300))));

    [Fact]
    public void one_endless_character_is_not_shown() => Assert.Equal("…", PushWording.Preview($"a{new string('\u0301', 4_000)}"));

    [Theory]
    [InlineData("語")]
    [InlineData("👋")]
    [InlineData("\"")]
    [InlineData("e\u0301\u0301\u0301\u0301")]
    public void whatever_is_said_fits_into_a_push(string said)
    {
        var text = string.Concat(Enumerable.Repeat(said, 4_000));
        var notification = new PushNotification(
            Guid.NewGuid(), Guid.NewGuid(), long.MaxValue, PushWording.Preview(text, PushWording.TitleBytes), PushWording.Preview(text), long.MaxValue, "image");
        Assert.InRange(JsonSerializer.SerializeToUtf8Bytes(notification, JsonSerializerOptions.Web).Length, 1_000, WebPushEncryption.MaxPlaintext);
    }
}
