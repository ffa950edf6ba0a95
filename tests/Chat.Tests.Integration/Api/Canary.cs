using System.Text;
using Chat.Testing;
using Npgsql;

namespace Chat.Tests.Integration.Api;

/// <summary>Looks for a word in every row of every table of a database, in texts, JSON, search vectors and bytes.</summary>
static class Canary
{
    /// <summary>The tables that hold it.</summary>
    public static async Task<IReadOnlyList<string>> Find(TestDatabase database, string word)
    {
        var found = new List<string>();
        foreach (var table in await Tables(database.Source))
        {
            // a row as text shows its bytes in hexadecimal
            await using var command = database.Source.CreateCommand($"select exists (select from {table} t where t::text ilike '%' || $1 || '%' or t::text like '%' || $2 || '%')");
            command.Parameters.Add(new() { Value = word });
            command.Parameters.Add(new() { Value = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(word)) });
            if (await command.ExecuteScalarAsync(ChatServer.Ct) is true) found.Add(table);
        }
        return found;
    }

    static async Task<List<string>> Tables(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("""
            select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p', 'm') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg_toast%'
            """);
        var tables = new List<string>();
        await using var row = await command.ExecuteReaderAsync(ChatServer.Ct);
        while (await row.ReadAsync(ChatServer.Ct)) tables.Add(row.GetString(0));
        return tables;
    }
}
