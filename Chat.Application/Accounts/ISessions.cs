using Chat.Domain;

namespace Chat.Application.Accounts;

public interface ISessions
{
    Task Add(Session session, CancellationToken ct);

    Task<Session?> Find(Guid session, CancellationToken ct);

    /// <summary>The sessions of a user that are not revoked, newest first.</summary>
    Task<IReadOnlyList<Session>> Of(UserId user, CancellationToken ct);

    /// <summary>Moves a live session on to the next refresh token; false when it is no longer at <paramref name="generation"/>, or revoked.</summary>
    Task<bool> Advance(Guid session, int generation, DateTimeOffset now, CancellationToken ct);

    /// <summary>Revokes those that are not revoked yet; returns how many these were.</summary>
    Task<int> Revoke(IReadOnlyCollection<Guid> sessions, DateTimeOffset now, CancellationToken ct);

    /// <summary>Forgets all sessions of a user, and with them their devices.</summary>
    Task Remove(UserId user, CancellationToken ct);

    /// <summary>Which of these sessions are revoked or unknown.</summary>
    Task<IReadOnlySet<Guid>> Revoked(IReadOnlyCollection<Guid> sessions, CancellationToken ct);
}
