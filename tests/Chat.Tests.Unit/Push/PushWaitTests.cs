using Chat.Infrastructure.Push;

namespace Chat.Tests.Unit.Push;

public sealed class PushWaitTests
{
    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(9, 512)]
    [InlineData(10, 900)]
    [InlineData(99, 900)]
    public void without_a_word_from_the_provider_each_wait_is_twice_the_last(int tries, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), PushMessaging.Wait(tries, null));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(120, 120)]
    [InlineData(86_400, 3_600)]
    public void the_provider_says_how_long_within_reason(int asked, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), PushMessaging.Wait(1, TimeSpan.FromSeconds(asked)));
}
