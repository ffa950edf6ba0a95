using System.Globalization;
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

    /// <summary>The postmaster and its children as they are whenever asked, when the server runs on this machine.</summary>
    public async Task<Func<IReadOnlyList<int>>> ServerProcessIds()
    {
        await using var command = Source.CreateCommand("select pg_backend_pid()");
        var backend = (int)(await command.ExecuteScalarAsync())!;
        if (!File.Exists($"/proc/{backend}/stat") || ParentOf(backend) is not { } postmaster) return static () => [];
        return () =>
        [
            postmaster,
            .. Directory.EnumerateDirectories("/proc").Select(static path => int.TryParse(Path.GetFileName(path), out var id) ? id : 0)
                .Where(id => id > 0 && ParentOf(id) == postmaster),
        ];
    }

    static int? ParentOf(int process)
    {
        try
        {
            return int.Parse(File.ReadAllText($"/proc/{process}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null; // has ended meanwhile
        }
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
