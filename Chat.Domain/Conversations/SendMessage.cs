using Decision = Chat.Domain.Decision<Chat.Domain.Conversations.ConversationEvent>;

namespace Chat.Domain.Conversations;

public sealed record SendMessage : ConversationCommand
{
    public required MessageId Message { get; init; }
    public required ClientMessageId ClientMessage { get; init; }
    public required MessageBody Body { get; init; }
    public MessageId? ReplyTo { get; init; }
    public IReadOnlyList<UserId> Mentions { get; init; } = [];

    /// <summary>The files that it is to carry.</summary>
    public IReadOnlyList<FileId> Files { get; init; } = [];

    /// <summary>What these files are, once they belong to this message and no other.</summary>
    public IReadOnlyList<Attachment> Attachments { get; init; } = [];

    /// <summary>Why they cannot belong to it.</summary>
    public Refusal? NotClaimed { get; init; }

    /// <summary>In a direct conversation: what stands between the two, a block or that one of them is erased.</summary>
    public Refusal? Barred { get; init; }

    static readonly Guid Sends = new("5f0f5a0c-3f5e-4d1e-9b0f-6f0a4e1b7c03");

    public override Guid? Key => NameBasedGuid.Create(Sends, $"{By.Value:N}{ClientMessage.Value:N}");

    /// <summary>True when this may have been sent so long ago that the state cannot tell: then it has to be looked for.</summary>
    public bool MayBeOld(Conversation state) =>
        state.Messages.SentHorizon >= 0 && state.Member(By) is not null && state.Messages.Find(By, ClientMessage) is null;

    public override Decision Decide(Conversation state, DateTimeOffset now, Rules rules) => AsMember(state, me =>
        // first the repeat: what was accepted stays accepted, whatever has changed since
        state.Messages.Find(By, ClientMessage) is { } first ? AnswerRepeat(first)
        : MessageBody.Check(Body.Text, attached: Files.Count > 0) is { } why ? why
        : Attachable.Check(Files) is { } not ? not
        : CannotPost(me, now) is { } silenced ? silenced
        : Barred is not null ? Barred
        : NotClaimed is not null ? NotClaimed
        : Mentionable.Check(Mentions, state) is { } wrong ? wrong
        : ReplyTo is { } target ? AfterFinding(target, state, me, now)
        : Sent(now));

    public override Decision AnswerRepeat(Recorded<ConversationEvent> first) =>
        first.Event is MessageSent sent ? AnswerRepeat(MessageHead.Of(sent, first.Sequence)) : Refusal.ClientMessageIdReused;

    Decision AnswerRepeat(MessageHead first) => first.FirstHash == Body.HashWith(Files) && first.ReplyTo == ReplyTo
        ? new Decision.Repeated(first.Message, first.Sequence, first.SentAt)
        : Refusal.ClientMessageIdReused;

    Decision AfterFinding(MessageId target, Conversation state, Member me, DateTimeOffset now) =>
        !state.Messages.TryFind(target, out var head) ? new Decision.Needs(target)
        : head is null || (state.History == History.SinceJoined && head.Sequence < me.Joined) ? Refusal.ReplyNotFound
        : Sent(now);

    MessageSent Sent(DateTimeOffset now) => new()
    {
        By = By, At = now, Message = Message, ClientMessage = ClientMessage, Body = Body, ReplyTo = ReplyTo, Mentions = [.. Mentions.Distinct()],
        Attachments = Attachments.Count > 0 ? Attachments : null,
    };
}
