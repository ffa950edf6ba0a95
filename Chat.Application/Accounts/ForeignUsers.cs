using System.Collections.Concurrent;
using Chat.Application.Conversations;
using Chat.Application.Users;
using Chat.Domain;

namespace Chat.Application.Accounts;

/// <summary>Users whose identity another issuer vouches for; they become users here at first sight.</summary>
public sealed class ForeignUsers(IAccounts accounts, Registration registration, UserStreams users, TimeProvider time)
{
    static readonly Guid Subjects = new("5f0f5a0c-3f5e-4d1e-9b0f-6f0a4e1b7c04");

    readonly ConcurrentDictionary<UserId, bool> known = new();

    /// <summary>The same issuer and subject are always the same user, whichever node sees them first.</summary>
    public static UserId IdOf(string issuer, string subject) => new(NameBasedGuid.Create(Subjects, $"{issuer}\n{subject}"));

    /// <summary>
    /// The user of a subject, with the receipt of their registration when this made them one; null when they have been erased. Who is erased stays
    /// so: the subject is the same user for ever, and coming back would undo what they asked for.
    /// </summary>
    public async ValueTask<(UserId User, Receipt? Registered)?> Provision(
        string issuer, string subject, string? preferredUsername, string? displayName, CancellationToken ct)
    {
        var user = IdOf(issuer, subject);
        if (await users.Erased(user, ct)) return null;
        if (known.ContainsKey(user)) return (user, null);
        var account = await accounts.Find(user, ct) ?? await Add(user, preferredUsername, displayName, ct);
        if (await registration.Complete(account, ct) is var completed && completed is Outcome.Refused) return null;
        known[user] = true;
        return (user, (completed as Outcome.Done)?.Receipt);
    }

    async Task<Account> Add(UserId user, string? preferredUsername, string? displayName, CancellationToken ct)
    {
        // the wished-for name may be another's here; the second one can be nobody's
        foreach (var username in (string?[])[Username.Normalise(preferredUsername ?? ""), $"u{user.Value:N}"[..32]])
        {
            if (username is null) continue;
            var account = new Account
            {
                Id = user.Value, Username = username, DisplayName = displayName is not null && Name.Check(displayName) is null ? displayName : username,
                CreatedAt = time.GetUtcNow(),
            };
            if (await accounts.Add(account, ct)) return account;
        }
        return await accounts.Find(user, ct) ?? throw new InvalidOperationException($"No username is free for user {user}.");
    }
}
