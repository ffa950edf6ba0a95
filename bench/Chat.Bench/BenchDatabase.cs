using Chat.Infrastructure.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Chat.Bench;

/// <summary>A database for one run on the server of CHAT_BENCH_POSTGRES, which './dev bench' starts; dropped at the end.</summary>
sealed class BenchDatabase : IAsyncDisposable
{
    readonly string server;

    BenchDatabase(string server, string name)
    {
        this.server = server;
        Name = name;
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = name, MaxPoolSize = 100, MaxAutoPrepare = 100, AutoPrepareMinUsages = 2 }.ConnectionString;
        Source = NpgsqlDataSource.Create(ConnectionString);
    }

    public string Name { get; }
    public string ConnectionString { get; }
    public NpgsqlDataSource Source { get; }

    public static async Task<BenchDatabase> Create(params IEnumerable<Migration> migrations)
    {
        var server = Environment.GetEnvironmentVariable("CHAT_BENCH_POSTGRES")
            ?? throw new InvalidOperationException("CHAT_BENCH_POSTGRES names no PostgreSQL server; './dev bench' starts one.");
        var database = new BenchDatabase(server, $"chat_bench_{Guid.NewGuid():N}");
        await database.OnServer($"create database {database.Name}");
        await new Migrations(database.Source, NullLogger<Migrations>.Instance).Apply(migrations, CancellationToken.None);
        return database;
    }

    public async Task Execute(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await OnServer($"drop database if exists {Name} with (force)");
    }

    async Task OnServer(string sql)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
