using Chat.Application.Push;
using Chat.Domain;

namespace Chat.Tests.Unit.Push;

public sealed class PushNewsTests
{
    static readonly UserId Ann = new(Guid.NewGuid());
    static readonly UserId Bob = new(Guid.NewGuid());
    static readonly PushNews News = new(new(Guid.NewGuid()), new(Guid.NewGuid()), 10, Ann, new(100));
    static readonly Recipient Member = new(News.Conversation, Bob, Since: 3, Muted: false, Blocked: [], Delivered: -1, Read: -1);

    [Fact]
    public void a_member_is_told() => Assert.True(News.Concerns(Member));

    [Fact]
    public void nobody_is_told_of_their_own_message() => Assert.False(News.Concerns(Member with { User = Ann }));

    [Fact]
    public void who_muted_the_conversation_is_not_told() => Assert.False(News.Concerns(Member with { Muted = true }));

    [Fact]
    public void who_blocked_the_sender_is_not_told() => Assert.False(News.Concerns(Member with { Blocked = [Ann] }));

    [Theory]
    [InlineData(9, true)]
    [InlineData(10, false)]
    [InlineData(11, false)]
    public void what_is_read_is_not_told(long read, bool told) => Assert.Equal(told, News.Concerns(Member with { Read = read }));

    [Theory]
    [InlineData(9, true)]
    [InlineData(10, false)]
    [InlineData(12, false)]
    public void who_joined_later_is_not_told(long since, bool told) => Assert.Equal(told, News.Concerns(Member with { Since = since }));

    [Theory]
    [InlineData(true, 10, true)]
    [InlineData(true, 9, false)]
    [InlineData(false, 10, false)]
    public void a_device_shows_it_by_itself_when_it_is_connected_and_the_message_acknowledged(bool connected, long delivered, bool shown) =>
        Assert.Equal(shown, News.IsShown(Member with { Delivered = delivered }, connected));
}
