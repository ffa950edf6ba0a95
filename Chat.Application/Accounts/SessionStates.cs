using BitFaster.Caching;
using BitFaster.Caching.Lru;

namespace Chat.Application.Accounts;

/// <summary>Which sessions are revoked, as of at most three seconds ago: asked for every request and, in one go, for every connection.</summary>
public sealed class SessionStates(ISessions sessions)
{
    readonly ICache<Guid, bool> revoked =
        new ConcurrentLruBuilder<Guid, bool>().WithCapacity(100_000).WithExpireAfterWrite(TimeSpan.FromSeconds(3)).Build();

    public async ValueTask<bool> IsRevoked(Guid session, CancellationToken ct) =>
        revoked.TryGet(session, out var known) ? known : (await Revoked([session], ct)).Contains(session);

    /// <summary>Those of the sessions that are revoked or unknown, read now.</summary>
    public async Task<IReadOnlySet<Guid>> Revoked(IReadOnlyCollection<Guid> of, CancellationToken ct)
    {
        var found = await sessions.Revoked(of, ct);
        foreach (var session in of) revoked.AddOrUpdate(session, found.Contains(session));
        return found;
    }

    public void Forget(IReadOnlyCollection<Guid> ended)
    {
        foreach (var session in ended) revoked.TryRemove(session);
    }
}
