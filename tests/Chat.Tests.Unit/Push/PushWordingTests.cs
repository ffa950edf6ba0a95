using System.Text;
using Chat.Application.Push;

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

    [Fact]
    public void a_preview_fits_into_a_push() => Assert.InRange(Encoding.UTF8.GetByteCount(PushWording.Preview(new string('語', 4_000))), 1, 1_003);
}
