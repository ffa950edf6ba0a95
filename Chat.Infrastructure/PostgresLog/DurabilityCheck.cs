using Chat.Infrastructure.Log;
using Chat.Infrastructure.Postgres;
using Npgsql;

namespace Chat.Infrastructure.PostgresLog;

/// <summary>An acknowledged message must survive a power cut: whether this server is set up for that.</summary>
public sealed class DurabilityCheck(NpgsqlDataSource database) : ILogCheck
{
    public async Task<string?> Trouble(CancellationToken ct)
    {
        try
        {
            return await Unsafe(ct);
        }
        catch (Exception fault) when (PostgresFaults.IsUnavailable(fault))
        {
            return "PostgreSQL is out of reach.";
        }
    }

    async Task<string?> Unsafe(CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select name from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off' order by name");
        var off = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) off.Add(reader.GetString(0));
        return off.Count == 0 ? null : $"PostgreSQL runs with {string.Join(" and ", off)} = off: acknowledged messages could be lost. Turn it on.";
    }
}
