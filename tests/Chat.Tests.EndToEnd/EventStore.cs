using Chat.Application.Log;
using Chat.Infrastructure.EventStoreDb;
using Chat.Testing;
using Chat.Testing.EventStoreDb;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Chat.Tests.EndToEnd;

/// <summary>
/// A log in EventStoreDB for one test: on the server of CHAT_TEST_EVENTSTORE, under a prefix of the test's own database, or on one in this process,
/// which outlives a kill of the API. Where that variable is set, every node of every test here keeps its log there.
/// </summary>
sealed class EventStore : IAsyncDisposable
{
    const string Variable = "CHAT_TEST_EVENTSTORE";

    readonly EventStoreServer? server;
    readonly string connectionString;
    readonly string prefix;

    EventStore(EventStoreServer? server, string connectionString, string database) =>
        (this.server, this.connectionString, prefix) = (server, connectionString, PrefixOf(database));

    static string? Real => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } real ? real : null;

    public static async Task<EventStore> Open(string database)
    {
        if (Real is { } real) return new(null, real, database);
        var server = await EventStoreServer.Start();
        return new(server, server.ConnectionString, database);
    }

    /// <summary>What a node on this database is told of its log: nothing, which is PostgreSQL, or the server of CHAT_TEST_EVENTSTORE.</summary>
    public static IReadOnlyDictionary<string, string> SettingsOf(string database) =>
        Real is { } real ? new EventStore(null, real, database).Settings : new Dictionary<string, string>();

    public static void SkipWhereTheLogIsNotInPostgreSql(string why) => Assert.SkipWhen(Real is not null, $"{Variable} is set: {why}");

    public Dictionary<string, string> Settings => new()
    {
        ["EventLog"] = "eventstoredb", ["ConnectionStrings__EventStoreDb"] = connectionString, ["EventStoreDb__StreamPrefix"] = prefix,
    };

    /// <summary>Everything that the nodes on this database wrote, wherever they keep it.</summary>
    public static async Task<List<LoggedEvent>> ReadAll(TestDatabase database)
    {
        if (Real is { } real) return await new EventStore(null, real, database.ConnectionString).ReadAll();
        await using var command = database.Source.CreateCommand("select stream, revision, id, type from log.events order by stream, revision");
        await using var row = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var events = new List<LoggedEvent>();
        while (await row.ReadAsync(TestContext.Current.CancellationToken)) events.Add(new(row.GetString(0), row.GetInt64(1), row.GetGuid(2), row.GetString(3)));
        return events;
    }

    public async Task<List<LoggedEvent>> ReadAll()
    {
        await using var log = new EventStoreDbLog(ConnectionString.Parse(connectionString), 1024 * 1024, prefix, NullLogger<EventStoreDbLog>.Instance);
        var events = new List<LoggedEvent>();
        await foreach (var e in log.ReadAll(LogPosition.Start, StreamFilter.All, int.MaxValue, TestContext.Current.CancellationToken))
        {
            events.Add(new(e.Stream.Value, e.Revision, e.Id, e.Type));
        }
        return events;
    }

    // of PostgreSQL's names, without what a stream's name may not have
    static string PrefixOf(string database) => $"e2e-{new NpgsqlConnectionStringBuilder(database).Database!.Replace('_', '-')}-";

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
    }
}

sealed record LoggedEvent(string Stream, long Revision, Guid Id, string Type);
