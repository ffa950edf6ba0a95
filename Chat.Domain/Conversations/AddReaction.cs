using Decision = Chat.Domain.Decision<Chat.Domain.Conversations.ConversationEvent>;

namespace Chat.Domain.Conversations;

public sealed record AddReaction : ConversationCommand
{
    public required MessageId Message { get; init; }
    public required string Reaction { get; init; }

    public override Decision Decide(Conversation state, DateTimeOffset now, Rules rules) =>
        !ReactionValue.IsValid(Reaction) ? Refusal.ReactionInvalid
        : AboutMessage(state, Message, (me, head) =>
            head.Reactions.Contains(new(By, Reaction)) ? Decision.Nothing
            : me.MutedUntil > now ? Refusal.Muted // a channel's readers may react
            : head.Reactions.Count >= Limits.Reactions ? Refusal.TooManyReactions(Limits.Reactions)
            : new ReactionAdded { By = By, At = now, Message = Message, MessageSequence = head.Sequence, Reaction = Reaction });
}
