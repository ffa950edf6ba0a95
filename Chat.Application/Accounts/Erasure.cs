using Chat.Application.Conversations;
using Chat.Application.Files;
using Chat.Application.Keys;
using Chat.Application.Push;
using Chat.Application.Users;
using Chat.Domain;
using Chat.Domain.Users;

namespace Chat.Application.Accounts;

/// <summary>Erase a user. Dispatched durably; doing it twice changes nothing.</summary>
public sealed record EraseAccount(Guid User);

/// <summary>Erasures on their way, as Wolverine dispatches them.</summary>
public static class EraseAccountHandler
{
    public static Task Handle(EraseAccount command, Erasure erasure, CancellationToken ct) => erasure.Run(new(command.User), ct);
}

/// <summary>
/// Makes a user's words unreadable everywhere, in steps that each may be repeated. The event comes first: whatever becomes of the rest, nobody acts
/// for the user any more, and every read model clears itself when it gets there.
/// </summary>
public sealed class Erasure(UserStreams users, IPersonalKeys keys, IAccounts accounts, ISessions sessions, IPushTargets targets, IPersonalFiles files)
{
    public async Task Run(UserId user, CancellationToken ct)
    {
        if (await users.Transact(new EraseUser { By = user }, ct) is Outcome.Refused refused)
            throw new InvalidOperationException($"User {user} cannot be erased: {refused.Why.Code}.");
        await keys.Erase(user, ct);
        await files.RemoveAllOf(user, ct);
        await targets.Remove(user, ct);
        await sessions.Remove(user, ct);
        await accounts.Remove(user, ct);
    }
}
