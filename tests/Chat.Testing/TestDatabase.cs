using Npgsql;
using Xunit;

namespace Chat.Testing;

/// <summary>A fresh database on the server of CHAT_TEST_POSTGRES, dropped at the end. Without that server the test is skipped and says so.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    public const string Variable = "CHAT_TEST_POSTGRES";

    readonly string server;

    TestDatabase(string server, string name)
    {
        this.server = server;
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = name, MaxPoolSize = 50 }.ConnectionString;
        Name = name;
        Source = NpgsqlDataSource.Create(ConnectionString);
    }

    public string Name { get; }
    public string ConnectionString { get; }
    public NpgsqlDataSource Source { get; }

    public static bool HasServer => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 };

    public static void SkipWithoutServer() => Assert.SkipUnless(HasServer, $"No PostgreSQL: {Variable} is not set. './dev test' starts one.");

    public static async Task<TestDatabase> Create()
    {
        SkipWithoutServer();
        var server = Environment.GetEnvironmentVariable(Variable)!;
        var name = $"chat_test_{Guid.NewGuid():N}";
        await Execute(server, $"create database {name}");
        return new(server, name);
    }

    public async Task Execute(string sql) => await Execute(ConnectionString, sql);

    /// <summary>Ends every connection to this database but those of the test itself, as a crash of the server would.</summary>
    public Task CutConnections() => Execute(server, $"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{Name}' and pid <> pg_backend_pid()");

    /// <summary>Lets nobody in, or lets them in again.</summary>
    public Task AllowConnections(bool allowed) => Execute(server, $"alter database {Name} with allow_connections {(allowed ? "true" : "false")}");

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Execute(server, $"drop database if exists {Name} with (force)");
    }

    static async Task Execute(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
