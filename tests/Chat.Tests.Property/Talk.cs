using Chat.Domain;
using Chat.Domain.Conversations;
using CsCheck;
using Decision = Chat.Domain.Decision<Chat.Domain.Conversations.ConversationEvent>;

namespace Chat.Tests.Property;

/// <summary>Random talk: numbers become wishes of five people about one conversation, and what is decided becomes its history.</summary>
static class Talk
{
    public static readonly ConversationId Room = new(new("00000000-0000-0000-0000-00000000c0c0"));

    static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    public static readonly UserId[] People = [.. Enumerable.Range(1, 5).Select(static n => new UserId(Id(0xA, n)))];
    static readonly string[] Texts = ["hello", "hello again", "Grüße 👋", "語", "a\nb"];
    static readonly string[] Reactions = ["👍", ":party:", "❤️"];

    public static Gen<int[]> Wishes { get; } = Gen.Int[0, 1_000_000].Array[0, 80];

    /// <summary>The wish that a number stands for. The same number is the same wish, whatever the state.</summary>
    public static ConversationCommand Wish(int n)
    {
        var (by, other, message) = (People[n % 5], People[n / 5 % 5], new MessageId(Id(0xB, n / 25 % 12)));
        return (n / 300 % 17) switch
        {
            0 => new AddMember { Conversation = Room, By = by, Member = other },
            1 => new RemoveMember { Conversation = Room, By = by, Member = other },
            2 => new LeaveConversation { Conversation = Room, By = by },
            3 => new ChangeRole { Conversation = Room, By = by, Member = other, Role = (Role)(n / 7 % 3) },
            4 => new BanMember { Conversation = Room, By = by, Member = other },
            5 => new UnbanMember { Conversation = Room, By = by, Member = other },
            6 => new MuteMember { Conversation = Room, By = by, Member = other },
            7 => new UnmuteMember { Conversation = Room, By = by, Member = other },
            8 => new RenameConversation { Conversation = Room, By = by, Name = Texts[n / 11 % 2] },
            9 => new EditMessage { Conversation = Room, By = by, Message = message, Body = new(Texts[n / 13 % 5]), Mentions = [.. Mention(n)] },
            10 => new DeleteMessage { Conversation = Room, By = by, Message = message },
            11 => new AddReaction { Conversation = Room, By = by, Message = message, Reaction = Reactions[n / 17 % 3] },
            12 => new RemoveReaction { Conversation = Room, By = by, Message = message, Reaction = Reactions[n / 17 % 3] },
            13 => n % 2 == 0 ? new PinMessage { Conversation = Room, By = by, Message = message } : new UnpinMessage { Conversation = Room, By = by, Message = message },
            14 => new PreviewLink
            {
                Conversation = Room, By = by, Message = message, Text = new MessageBody(Texts[n / 13 % 5]).Hash, Said = 0, Preview = new("https://example.org", Texts[n / 17 % 5], null, null),
            },
            // one client id a message id, so that both name the same message
            _ => new SendMessage
            {
                Conversation = Room, By = by, Message = message, ClientMessage = new(message.Value), Body = new(Texts[n / 13 % 5]), Mentions = [.. Mention(n)],
                Files = [.. Attached(n).Select(static file => file.File)], Attachments = [.. Attached(n)],
            },
        };
    }

    public static Conversation Started { get; } = Fold(Conversation.Initial, Begin());

    /// <summary>All that happens when these wishes come one after the other.</summary>
    public static List<ConversationEvent> History(IEnumerable<int> wishes)
    {
        var (events, state) = (Begin(), Started);
        foreach (var n in wishes)
        {
            var decided = Events(Decide(state, n));
            events.AddRange(decided);
            state = Fold(state, decided);
        }
        return events;
    }

    public static Decision Decide(Conversation state, int n)
    {
        // a message id is made once, by the edge
        var wish = Wish(n);
        return wish is SendMessage send && state.Messages.TryFind(send.Message, out var head) && head is not null && head.Author != send.By
            ? Decision.Nothing
            : wish.Decide(state, Noon.AddSeconds(state.Sequence), Rules.Default);
    }

    public static IReadOnlyList<ConversationEvent> Events(Decision decision) => decision is Decision.Accepted accepted ? accepted.Events : [];

    public static Conversation Fold(Conversation state, IEnumerable<ConversationEvent> events) =>
        events.Aggregate(state, static (state, e) => Conversation.Evolve(state, new(e, state.Sequence + 1)));

    static List<ConversationEvent> Begin() => [.. Events(new StartConversation
    {
        Conversation = Room, By = People[0], Kind = ConversationKind.Group, Name = "Room", Members = People[1..4],
    }.Decide(Conversation.Initial, Noon, Rules.Default))];

    static IEnumerable<UserId> Mention(int n) => n % 3 == 0 ? [People[n / 19 % 5]] : [];

    static IEnumerable<Attachment> Attached(int n) => Enumerable.Range(n / 29 % 3, n / 31 % 3).Select(static i =>
        new Attachment(new(Id(0xD, i)), Texts[i], "image/png", 1_000 + i, i % 2 == 0 ? new(640, 480, "#a0b1c2") : null));

    static Guid Id(int kind, int n) => new(kind, 0, 0, BitConverter.GetBytes((long)n));
}
