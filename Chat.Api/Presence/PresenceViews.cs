using Chat.Application.Presence;
using Chat.Domain;
using Chat.Infrastructure.ReadModels;

namespace Chat.Api.Presence;

/// <summary>Presence as one user may see others'.</summary>
public sealed class PresenceViews(IPresence presence, PresenceRights rights)
{
    /// <summary>All that were asked for, in that order; unknown where it is not the watcher's to know.</summary>
    public async Task<IReadOnlyList<(UserId User, UserPresence Presence)>> Of(UserId watcher, IReadOnlyCollection<UserId> watched, CancellationToken ct)
    {
        var allowed = await rights.Among([.. watched.Select(user => (watcher, user))], ct);
        var present = await presence.Of(watched, ct);
        return [.. watched.Select(user => (user, allowed.Contains((watcher, user)) ? present[user] : UserPresence.Unknown))];
    }
}
