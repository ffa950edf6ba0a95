using Chat.Domain;

namespace Chat.Application.Accounts;

public interface IAccounts
{
    /// <summary>Stores a new account; false when its username is taken.</summary>
    Task<bool> Add(Account account, CancellationToken ct);

    Task<Account?> Find(string username, CancellationToken ct);

    Task<Account?> Find(UserId user, CancellationToken ct);

    /// <summary>Forgets an account, should there be one; its username may be another's then.</summary>
    Task Remove(UserId user, CancellationToken ct);
}
