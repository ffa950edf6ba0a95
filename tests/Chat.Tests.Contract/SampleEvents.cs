using System.Globalization;
using Chat.Application.Log;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Domain.Receipts;
using Chat.Domain.Users;

namespace Chat.Tests.Contract;

/// <summary>One of each event, every property set.</summary>
static class SampleEvents
{
    public static readonly Guid EventId = new("11111111-1111-5111-8111-111111111111");

    static readonly UserId Ann = new(new("aaaaaaaa-0000-7000-8000-000000000001"));
    static readonly UserId Bob = new(new("aaaaaaaa-0000-7000-8000-000000000002"));
    static readonly ConversationId Room = new(new("cccccccc-0000-5000-8000-000000000001"));
    static readonly MessageId Hello = new(new("eeeeeeee-0000-7000-8000-000000000001"));
    static readonly MessageId Earlier = new(new("eeeeeeee-0000-7000-8000-000000000002"));
    static readonly FileId Photo = new(new("99999999-0000-7000-8000-000000000001"));
    static readonly DeviceId Phone = new(new("dddddddd-0000-7000-8000-000000000001"));
    static readonly DateTimeOffset At = DateTimeOffset.Parse("2026-11-24T12:00:00.123+00:00", CultureInfo.InvariantCulture);

    public static readonly EventMetadata Metadata = new(
        Ann, new("22222222-2222-4222-8222-222222222222"), 42, new(new("dddddddd-0000-7000-8000-000000000001")), new("33333333-3333-4333-8333-333333333333"),
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

    public static IReadOnlyList<object> All { get; } =
    [
        new ConversationStarted { By = Ann, At = At, Conversation = Room, Kind = ConversationKind.Group, History = History.SinceJoined, Name = "The room" },
        new ConversationRenamed { By = Ann, At = At, Name = "The hall" },
        new MemberAdded { By = Ann, At = At, Member = Bob, Role = Role.Admin, CanPost = true },
        new MemberRemoved { By = Ann, At = At, Member = Bob },
        new MemberLeft { By = Bob, At = At },
        new MemberRoleChanged { By = Ann, At = At, Member = Bob, Role = Role.Owner, CanPost = true },
        new MemberBanned { By = Ann, At = At, Member = Bob },
        new MemberUnbanned { By = Ann, At = At, Member = Bob },
        new MemberMuted { By = Ann, At = At, Member = Bob, Until = At.AddHours(1) },
        new MemberUnmuted { By = Ann, At = At, Member = Bob },
        new MessageSent
        {
            By = Ann, At = At, Message = Hello, ClientMessage = new(new("ffffffff-0000-4000-8000-000000000001")), Body = new("Grüße 👋"), ReplyTo = Earlier, Mentions = [Bob],
            Attachments = [new(Photo, "Grüße.png", "image/png", 1_234, new(640, 480, "#a0b1c2"))],
        },
        new MessageEdited { By = Ann, At = At, Message = Hello, MessageSequence = 7, Body = new("Hello 👋"), Mentions = [Bob] },
        new LinkPreviewed { By = Ann, At = At, Message = Hello, MessageSequence = 7, Preview = new("https://example.org/tea", "Tea", "All about tea", "Example") },
        new MessageDeleted { By = Ann, At = At, Message = Hello, MessageSequence = 7 },
        new ReactionAdded { By = Bob, At = At, Message = Hello, MessageSequence = 7, Reaction = "👍" },
        new ReactionRemoved { By = Bob, At = At, Message = Hello, MessageSequence = 7, Reaction = "👍" },
        new MessagePinned { By = Ann, At = At, Message = Hello, MessageSequence = 7 },
        new MessageUnpinned { By = Ann, At = At, Message = Hello, MessageSequence = 7 },
        new UserRegistered { By = Ann, At = At, Username = "ann", DisplayName = "Ann Example" },
        new ProfileChanged { By = Ann, At = At, DisplayName = "Ann E." },
        new UserBlocked { By = Ann, At = At, Blocked = Bob },
        new UserUnblocked { By = Ann, At = At, Blocked = Bob },
        new InboxPreferenceChanged { By = Ann, At = At, Conversation = Room, Preference = new(Muted: true, Pinned: true, Archived: true) },
        new ReadReceiptsChanged { By = Ann, At = At, Hidden = true },
        new UserErased { By = Ann, At = At },
        new MessagesDelivered { By = Ann, At = At, Device = Phone, UpTo = 7 },
        new MessagesRead { By = Ann, At = At, Device = Phone, UpTo = 7 },
        new MarkedUnread { By = Ann, At = At, Device = Phone, From = 7 },
    ];
}
