using Chat.Application.Accounts;
using Chat.Domain;
using JasperFx;
using Marten;
using Marten.Exceptions;
using Npgsql;

namespace Chat.Infrastructure.Marten;

public sealed class MartenAccounts(IDocumentStore documents) : IAccounts
{
    public async Task<bool> Add(Account account, CancellationToken ct)
    {
        await using var session = documents.LightweightSession();
        session.Insert(account);
        try
        {
            await session.SaveChangesAsync(ct);
            return true;
        }
        catch (DocumentAlreadyExistsException)
        {
            return false;
        }
        catch (MartenCommandException fault) when (fault.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return false;
        }
    }

    public async Task<Account?> Find(string username, CancellationToken ct)
    {
        await using var session = documents.QuerySession();
        return await session.Query<Account>().FirstOrDefaultAsync(account => account.Username == username, ct);
    }

    public async Task<Account?> Find(UserId user, CancellationToken ct)
    {
        await using var session = documents.QuerySession();
        return await session.LoadAsync<Account>(user.Value, ct);
    }

    public async Task Remove(UserId user, CancellationToken ct)
    {
        await using var work = documents.LightweightSession();
        work.Delete<Account>(user.Value);
        await work.SaveChangesAsync(ct);
    }
}
