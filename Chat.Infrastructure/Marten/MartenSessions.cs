using Chat.Application.Accounts;
using Chat.Domain;
using JasperFx;
using Marten;
using Marten.Patching;

namespace Chat.Infrastructure.Marten;

public sealed class MartenSessions(IDocumentStore documents) : ISessions
{
    public async Task Add(Session session, CancellationToken ct)
    {
        await using var work = documents.LightweightSession();
        work.Insert(session);
        await work.SaveChangesAsync(ct);
    }

    public async Task<Session?> Find(Guid session, CancellationToken ct)
    {
        await using var query = documents.QuerySession();
        return await query.LoadAsync<Session>(session, ct);
    }

    public async Task<IReadOnlyList<Session>> Of(UserId user, CancellationToken ct)
    {
        await using var query = documents.QuerySession();
        return await query.Query<Session>().Where(session => session.UserId == user.Value && session.RevokedAt == null)
            .OrderByDescending(session => session.CreatedAt).ToListAsync(ct);
    }

    public async Task<bool> Advance(Guid session, int generation, DateTimeOffset now, CancellationToken ct)
    {
        await using var work = documents.LightweightSession();
        if (await work.LoadAsync<Session>(session, ct) is not { RevokedAt: null } found || found.Generation != generation) return false;
        work.Update(found with { Generation = generation + 1, LastSeenAt = now });
        try
        {
            await work.SaveChangesAsync(ct);
            return true;
        }
        catch (ConcurrencyException)
        {
            return false; // another request was first with the same token, or with revoking it
        }
    }

    public async Task<int> Revoke(IReadOnlyCollection<Guid> sessions, DateTimeOffset now, CancellationToken ct)
    {
        var ids = sessions.ToArray();
        await using var work = documents.LightweightSession();
        var live = await work.Query<Session>().CountAsync(session => ids.Contains(session.Id) && session.RevokedAt == null, ct);
        work.Patch<Session>(session => ids.Contains(session.Id) && session.RevokedAt == null).Set(session => session.RevokedAt, now);
        await work.SaveChangesAsync(ct);
        return live;
    }

    public async Task Remove(UserId user, CancellationToken ct)
    {
        await using var work = documents.LightweightSession();
        work.DeleteWhere<Session>(session => session.UserId == user.Value);
        await work.SaveChangesAsync(ct);
    }

    public async Task<IReadOnlySet<Guid>> Revoked(IReadOnlyCollection<Guid> sessions, CancellationToken ct)
    {
        var ids = sessions.ToArray();
        await using var query = documents.QuerySession();
        var live = await query.Query<Session>().Where(session => ids.Contains(session.Id) && session.RevokedAt == null).Select(session => session.Id).ToListAsync(ct);
        return ids.Except(live).ToHashSet();
    }
}
