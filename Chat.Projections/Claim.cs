using Chat.Infrastructure.Postgres;

namespace Chat.Projections;

/// <summary>Several leases as one: all of them or none.</summary>
sealed class Claim : IAsyncDisposable
{
    readonly List<Lease> leases = [];

    /// <exception cref="BusyException">Somebody else has one of them.</exception>
    public static async Task<Claim> Take(Leases of, IEnumerable<string> names, CancellationToken ct)
    {
        var claim = new Claim();
        try
        {
            foreach (var name in names.Order(StringComparer.Ordinal)) claim.leases.Add(await of.TryTake(name, ct) ?? throw new BusyException(name));
            return claim;
        }
        catch
        {
            await claim.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var lease in leases) await lease.DisposeAsync();
    }
}

/// <summary>Another process is at the same work.</summary>
public sealed class BusyException(string work) : Exception($"Another process is at work: {work}.");

/// <summary>What was asked for cannot be done as things stand.</summary>
public sealed class RefusedException(string message) : Exception(message);
