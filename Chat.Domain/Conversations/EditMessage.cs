using Decision = Chat.Domain.Decision<Chat.Domain.Conversations.ConversationEvent>;

namespace Chat.Domain.Conversations;

public sealed record EditMessage : ConversationCommand
{
    public required MessageId Message { get; init; }
    public required MessageBody Body { get; init; }
    public IReadOnlyList<UserId> Mentions { get; init; } = [];

    /// <summary>The version the author has seen (If-Match); null edits whatever stands there.</summary>
    public long? Expected { get; init; }

    public override Decision Decide(Conversation state, DateTimeOffset now, Rules rules) => AboutMessage(state, Message, (me, head) =>
        head.Author != By ? Refusal.NotYours
        : MessageBody.Check(Body.Text, head.Attached) is { } why ? why
        : Mentionable.Check(Mentions, state) is { } wrong ? wrong
        : head.BodyHash == Body.Hash && head.Mentions.ToHashSet().SetEquals(Mentions) ? Decision.Nothing // a client retry must write nothing
        : Expected is { } expected && expected != head.Version ? Refusal.StaleVersion
        : CannotPost(me, now) is { } silenced ? silenced
        : rules.EditWindow is { } window && now - head.SentAt > window ? Refusal.EditWindowOver
        : new MessageEdited { By = By, At = now, Message = Message, MessageSequence = head.Sequence, Body = Body, Mentions = [.. Mentions.Distinct()] });
}
