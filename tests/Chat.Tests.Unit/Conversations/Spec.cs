using System.Globalization;
using Chat.Domain;
using Chat.Domain.Conversations;
using Decision = Chat.Domain.Decision<Chat.Domain.Conversations.ConversationEvent>;

namespace Chat.Tests.Unit.Conversations;

/// <summary>Given what has happened, when somebody wishes something, then this follows.</summary>
public abstract class Spec
{
    protected static readonly UserId Ann = User(1);
    protected static readonly UserId Bob = User(2);
    protected static readonly UserId Cat = User(3);
    protected static readonly UserId Dan = User(4);
    protected static readonly UserId Stranger = User(99);

    protected static readonly ConversationId Room = new(new Guid("00000000-0000-0000-0000-00000000c0c0"));
    protected static readonly MessageId Hello = Message(1);
    protected static readonly DateTimeOffset Noon = DateTimeOffset.Parse("2026-11-24T12:00:00Z", CultureInfo.InvariantCulture);

    internal static UserId User(int n) => new(Numbered(0xA, n));

    protected static MessageId Message(int n) => new(Numbered(0xB, n));

    protected static ClientMessageId Client(int n) => new(Numbered(0xC, n));

    protected static Attachment Photo(int n = 1) => new(new(Numbered(0xD, n)), "photo.png", "image/png", 1_000, new(640, 480, "#a0b1c2"));

    protected static Attachment Paper(int n = 2) => new(new(Numbered(0xD, n)), "paper.pdf", "application/pdf", 2_000);

    static Guid Numbered(int kind, int n) => new(kind, 0, 0, BitConverter.GetBytes((long)n));

    protected static Given Given(params IEnumerable<ConversationEvent> history) => new(history);

    /// <summary>A group of Ann (owner), Bob (admin), Cat and Dan (members).</summary>
    protected static Given GivenGroup(params IEnumerable<ConversationEvent> more) => new([.. Group(), .. more]);

    protected static IEnumerable<ConversationEvent> Group(ConversationKind kind = ConversationKind.Group, History history = History.SinceJoined) =>
    [
        new ConversationStarted { By = Ann, At = Noon, Conversation = Room, Kind = kind, History = history, Name = "Room" },
        Added(Ann, Role.Owner), Added(Bob, Role.Admin), Added(Cat, canPost: kind != ConversationKind.Channel), Added(Dan, canPost: kind != ConversationKind.Channel),
    ];

    protected static IEnumerable<ConversationEvent> Direct() =>
    [
        new ConversationStarted { By = Ann, At = Noon, Conversation = Room, Kind = ConversationKind.Direct, History = History.SinceJoined },
        Added(Ann), Added(Bob),
    ];

    protected static MemberAdded Added(UserId member, Role role = Role.Member, bool canPost = true) =>
        new() { By = Ann, At = Noon, Member = member, Role = role, CanPost = canPost };

    protected static MessageSent Sent(MessageId message, UserId by, int client = 1, string text = "hello", MessageId? replyTo = null, Attachment[]? attachments = null) =>
        new() { By = by, At = Noon, Message = message, ClientMessage = Client(client), Body = new(text), ReplyTo = replyTo, Attachments = attachments };

    protected static SendMessage Send(UserId by, string text = "hello", int client = 1, int message = 100, MessageId? replyTo = null, UserId[]? mentions = null) => new()
    {
        Conversation = Room, By = by, Message = Message(message), ClientMessage = Client(client), Body = new(text), ReplyTo = replyTo, Mentions = mentions ?? [],
    };

    /// <summary>With files that have been claimed for it.</summary>
    protected static SendMessage SendFiles(UserId by, string text = "", params Attachment[] attachments) =>
        Send(by, text) with { Files = [.. attachments.Select(static a => a.File)], Attachments = attachments };

    protected static EditMessage Edit(MessageId message, UserId by, string text = "hello again", long? expected = null) =>
        new() { Conversation = Room, By = by, Message = message, Body = new(text), Expected = expected };

    protected static DeleteMessage Delete(MessageId message, UserId by) => new() { Conversation = Room, By = by, Message = message };

    protected static AddReaction React(MessageId message, UserId by, string reaction = "👍") =>
        new() { Conversation = Room, By = by, Message = message, Reaction = reaction };
}

public sealed record Given(IEnumerable<ConversationEvent> History)
{
    public Rules Rules { get; init; } = Rules.Default;
    public TimeSpan Later { get; init; }

    public Conversation State => History.Select(static (e, i) => new Recorded<ConversationEvent>(e, i)).Aggregate(Conversation.Initial, Conversation.Evolve);

    public Given After(TimeSpan later) => this with { Later = later };

    public Given With(Rules rules) => this with { Rules = rules };

    public When When(ConversationCommand command) => new(this, command.Decide(State, History.LastOrDefault()?.At + Later ?? default, Rules));
}

public sealed record When(Given Given, Decision Decision)
{
    public void ThenRefused(Refusal why) => Assert.Equal(why, Assert.IsType<Decision.Rejected>(Decision).Why);

    public void ThenNothing() => Assert.Empty(Assert.IsType<Decision.Accepted>(Decision).Events);

    public void ThenNeeds(MessageId message) => Assert.Equal(message, Assert.IsType<Decision.Needs>(Decision).Message);

    public void ThenRepeated(MessageId message, long sequence)
    {
        var repeated = Assert.IsType<Decision.Repeated>(Decision);
        Assert.Equal((message, sequence), (repeated.Message, repeated.Sequence));
    }

    /// <summary>Exactly one event of this type; returns it for a closer look.</summary>
    public T Then<T>() where T : ConversationEvent => Assert.IsType<T>(Assert.Single(Assert.IsType<Decision.Accepted>(Decision).Events));

    public IReadOnlyList<ConversationEvent> ThenAccepted() => Assert.IsType<Decision.Accepted>(Decision).Events;
}
