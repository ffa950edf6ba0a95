using Chat.Application.Log;
using Chat.Application.Push;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Projections.Notifications;

namespace Chat.Tests.Unit.Push;

public sealed class NotificationsTests
{
    static readonly ConversationId Room = new(Guid.NewGuid());
    static readonly UserId Ann = new(Guid.NewGuid());

    [Fact]
    public void only_messages_are_news()
    {
        var hello = Sent();
        var news = Assert.Single(NotificationsProjection.News(Recorded(hello, new MemberLeft { By = Ann, At = default })));
        Assert.Equal(new PushNews(Room, hello.Message, 0, Ann, new(1)), news);
    }

    [Fact]
    public void what_is_deleted_in_the_same_breath_is_no_news()
    {
        var (oops, hello) = (Sent(), Sent());
        var deleted = new MessageDeleted { By = Ann, At = default, Message = oops.Message, MessageSequence = 0 };
        Assert.Equal(hello.Message, Assert.Single(NotificationsProjection.News(Recorded(oops, deleted, hello))).Message);
    }

    [Fact]
    public void a_large_conversation_is_told_in_parts()
    {
        var news = NotificationsProjection.News(Recorded(Sent())).ToList();
        var members = Enumerable.Range(0, 1_001).Select(static _ => Member(new(Guid.NewGuid()))).ToList();
        var told = NotificationsProjection.Decide(news, [.. members, Member(Ann)]).ToList();
        Assert.Equal([500, 500, 1], told.Select(static part => part.Members.Count));
        Assert.Equal(members.Select(static member => member.User), told.SelectMany(static part => part.Members));
    }

    [Fact]
    public void nobody_is_told_of_another_conversation() => Assert.Empty(NotificationsProjection.Decide(
        [.. NotificationsProjection.News(Recorded(Sent()))], [Member(new(Guid.NewGuid())) with { Conversation = new(Guid.NewGuid()) }]));

    static Recipient Member(UserId user) => new(Room, user, Since: -1, Muted: false, Blocked: [], Delivered: -1, Read: -1);

    static MessageSent Sent() => new() { By = Ann, At = default, Message = new(Guid.NewGuid()), ClientMessage = new(Guid.NewGuid()), Body = new("hello") };

    static List<DecodedEvent> Recorded(params ConversationEvent[] events) => [.. events.Select(static (e, i) => new DecodedEvent(
        new(new(i + 1), StreamNames.Of(Room), i, Guid.NewGuid(), "", default, default, e.At), e, new(e.By, Guid.Empty, i + 1)))];
}
