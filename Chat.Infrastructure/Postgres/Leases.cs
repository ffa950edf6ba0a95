using Npgsql;

namespace Chat.Infrastructure.Postgres;

/// <summary>Hands out leases by name.</summary>
public sealed class Leases(NpgsqlDataSource database)
{
    /// <summary>The lease, or null when another process holds it.</summary>
    public async Task<Lease?> TryTake(string name, CancellationToken ct)
    {
        var lease = new Lease(await database.OpenConnectionAsync(ct));
        try
        {
            if (await lease.TryTake(name, ct)) return lease;
        }
        catch
        {
            await lease.DisposeAsync(); // it may have been taken all the same
            throw;
        }
        await lease.DisposeAsync();
        return null;
    }
}
