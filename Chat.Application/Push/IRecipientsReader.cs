using Chat.Domain;

namespace Chat.Application.Push;

public interface IRecipientsReader
{
    /// <summary>The members now of the message's conversation that have a device to push to; only those of <paramref name="among"/> when that is given.</summary>
    Task<IReadOnlyList<Recipient>> Of(PushNews news, IReadOnlyCollection<UserId>? among, CancellationToken ct);
}
