using Chat.Application.Log;
using Chat.Domain;

namespace Chat.Application.Push;

public interface IRecipientsReader
{
    /// <summary>The members now of these conversations that have a device to push to, as of at least a position of the log: waits until that can be read.</summary>
    /// <param name="among">Only these users; null for all.</param>
    Task<IReadOnlyList<Recipient>> Of(IReadOnlyCollection<ConversationId> conversations, IReadOnlyCollection<UserId>? among, LogPosition asOf, CancellationToken ct);
}
