using Chat.Application.Conversations;
using Chat.Domain;
using Microsoft.Extensions.Logging;

namespace Chat.Application.Accounts;

/// <param name="Id">The device's own lasting id, where it kept one; a new device gets one.</param>
public sealed record DeviceDescription(Guid? Id, string Name, string Platform)
{
    public Refusal? Check() => Domain.Name.Check(Name) is null && Domain.Name.Check(Platform) is null ? null : AccountRefusals.DeviceInvalid;
}

public sealed record SignedIn(Account Account, Session Session);

/// <summary>Starts, renews and ends sessions. A device has one session: logging in again ends the one before.</summary>
public sealed partial class SignIn(
    IAccounts accounts, ISessions sessions, SessionStates states, Passwords passwords, Registration registration, TimeProvider time, ILogger<SignIn> logger)
{
    /// <summary>A new session, or null when username and password do not belong together; both cases take the same time.</summary>
    public async Task<SignedIn?> WithPassword(string username, string password, DeviceDescription device, CancellationToken ct)
    {
        var account = Username.Normalise(username) is { } normalised ? await accounts.Find(normalised, ct) : null;
        if (!await passwords.Verify(password, account?.PasswordHash, ct) || account is null) return null;

        if (await registration.Complete(account, ct) is Outcome.Refused) return null; // erased, and the account is about to go
        var now = time.GetUtcNow();
        var session = new Session
        {
            Id = Guid.CreateVersion7(),
            UserId = account.Id,
            DeviceId = device.Id ?? Guid.CreateVersion7(),
            DeviceName = device.Name,
            Platform = device.Platform,
            CreatedAt = now,
            LastSeenAt = now,
        };
        await Revoke(account.User, former => former.DeviceId == session.DeviceId, ct);
        await sessions.Add(session, ct);
        return new(account, session);
    }

    /// <summary>
    /// Exchanges the refresh token of a generation for the next; null when it is no good. One that was exchanged before is in two
    /// hands, and nobody can tell whose is the owner's: the whole session ends.
    /// </summary>
    /// <param name="unused">A session that was not renewed for so long is over.</param>
    public async Task<Session?> Renew(Guid session, int generation, TimeSpan unused, CancellationToken ct)
    {
        if (await sessions.Find(session, ct) is not { RevokedAt: null } found || time.GetUtcNow() - found.LastSeenAt > unused) return null;
        if (found.Generation == generation && await sessions.Advance(session, generation, time.GetUtcNow(), ct)) return found with { Generation = generation + 1 };

        await Revoke([session], ct);
        LogReuse(logger, found.UserId, session);
        return null;
    }

    public Task LogOut(Guid session, CancellationToken ct) => Revoke([session], ct);

    /// <summary>Ends every session of a user.</summary>
    public Task LogOutEverywhere(UserId user, CancellationToken ct) => Revoke(user, static _ => true, ct);

    /// <summary>Ends a device's session; false when the user has no such device.</summary>
    public async Task<bool> RevokeDevice(UserId user, Guid device, CancellationToken ct) =>
        await Revoke(user, session => session.DeviceId == device, ct) > 0;

    async Task<int> Revoke(UserId user, Func<Session, bool> which, CancellationToken ct) =>
        await Revoke([.. (await sessions.Of(user, ct)).Where(which).Select(static session => session.Id)], ct);

    async Task<int> Revoke(IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        if (ids.Count == 0) return 0;
        var revoked = await sessions.Revoke(ids, time.GetUtcNow(), ct);
        states.Forget(ids);
        return revoked;
    }

    [LoggerMessage(EventId = 4001, EventName = "RefreshTokenReused", Level = LogLevel.Warning,
        Message = "Security: a used refresh token came again; session {Session} of user {User} is revoked.")]
    static partial void LogReuse(ILogger logger, Guid user, Guid session);
}
