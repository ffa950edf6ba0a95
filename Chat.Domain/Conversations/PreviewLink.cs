using Decision = Chat.Domain.Decision<Chat.Domain.Conversations.ConversationEvent>;

namespace Chat.Domain.Conversations;

/// <summary>Adds a preview to a message, on behalf of its sender, unless it says something else by now.</summary>
public sealed record PreviewLink : ConversationCommand
{
    public required MessageId Message { get; init; }

    /// <summary>Hash of the text that the link was found in.</summary>
    public required long Text { get; init; }

    /// <summary>The sequence at which the message came to say this.</summary>
    public required long Said { get; init; }

    public required LinkPreview Preview { get; init; }

    static readonly Guid Previews = new("5f0f5a0c-3f5e-4d1e-9b0f-6f0a4e1b7c05");

    public override Guid? Key => NameBasedGuid.Create(Previews, $"{Message.Value:N}{Said}");

    public override Decision Decide(Conversation state, DateTimeOffset now, Rules rules) => AboutMessage(state, Message, (_, head) =>
        head.Author != By ? Refusal.NotYours
        : head.BodyHash != Text ? Refusal.StaleVersion
        : head.Previewed ? Decision.Nothing
        : new LinkPreviewed { By = By, At = now, Message = Message, MessageSequence = head.Sequence, Preview = Preview });
}
