using Chat.Application.Conversations;
using Chat.Application.Keys;
using Chat.Application.Users;
using Chat.Domain;
using Chat.Domain.Users;

namespace Chat.Application.Accounts;

/// <summary>
/// Makes a user in three steps that each may be repeated: the account (which claims the username), the key that seals their words,
/// the user's stream. A crash in between leaves an account without a user; the next log-in goes on where it stopped.
/// </summary>
public sealed class Registration(IAccounts accounts, Passwords passwords, IPersonalKeys keys, UserStreams users, TimeProvider time)
{
    public async Task<Registered> Register(string username, string password, string? displayName, CancellationToken ct)
    {
        if (Username.Normalise(username) is not { } normalised) return new(AccountRefusals.UsernameInvalid);
        if (Name.Check(displayName ?? username) is { } nameless) return new(nameless);
        if (Passwords.Check(password) is { } weak) return new(weak);

        var account = new Account
        {
            Id = Guid.CreateVersion7(),
            Username = normalised,
            DisplayName = displayName ?? username,
            PasswordHash = await passwords.Hash(password, ct),
            CreatedAt = time.GetUtcNow(),
        };
        if (!await accounts.Add(account, ct)) return new(Refusal.UsernameTaken);
        return await Complete(account, ct) switch
        {
            null => new(account, null),
            Outcome.Done done => new(account, done.Receipt),
            Outcome.Refused refused => new(refused.Why),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>Makes sure that the user of an account exists. Returns what became of what was missing, null when nothing was; refused when they are erased.</summary>
    public async Task<Outcome?> Complete(Account account, CancellationToken ct)
    {
        if (await users.Exists(account.User, ct)) return null;
        await keys.Create(account.User, ct);
        return await users.Transact(new RegisterUser { By = account.User, Username = account.Username, DisplayName = account.DisplayName }, ct);
    }
}

/// <summary>A new account with the receipt of its user, or why there is none.</summary>
public sealed record Registered(Account? Account, Receipt? Receipt, Refusal? Why = null)
{
    public Registered(Refusal why) : this(null, null, why) { }

    public Registered(Account account, Receipt? receipt) : this(account, receipt, null) { }
}
