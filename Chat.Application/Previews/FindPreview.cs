using Chat.Domain;

namespace Chat.Application.Previews;

/// <summary>
/// Find out what the first link of a message leads to. Dispatched durably, and without content: what was said is in the log.
/// </summary>
/// <param name="Said">The sequence at which the message came to say it: when it was sent, or edited.</param>
public sealed record FindPreview(ConversationId Conversation, long Said);
