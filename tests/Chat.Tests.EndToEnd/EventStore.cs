using Chat.Application.Log;
using Chat.Infrastructure.EventStoreDb;
using Chat.Testing.EventStoreDb;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chat.Tests.EndToEnd;

/// <summary>
/// A log for one test: on the server of CHAT_TEST_EVENTSTORE under a prefix of its own, or on one in this process, which outlives a kill of the API.
/// </summary>
sealed class EventStore : IAsyncDisposable
{
    readonly EventStoreServer? server;
    readonly string connectionString;
    readonly string prefix = $"e2e-{Guid.NewGuid():N}-";

    EventStore(EventStoreServer? server, string connectionString) => (this.server, this.connectionString) = (server, connectionString);

    public static async Task<EventStore> Open()
    {
        if (Environment.GetEnvironmentVariable("CHAT_TEST_EVENTSTORE") is { Length: > 0 } real) return new(null, real);
        var server = await EventStoreServer.Start();
        return new(server, server.ConnectionString);
    }

    public Dictionary<string, string> Settings => new()
    {
        ["EventLog"] = "eventstoredb", ["ConnectionStrings__EventStoreDb"] = connectionString, ["EventStoreDb__StreamPrefix"] = prefix,
    };

    public async Task<List<StoredEvent>> Read(StreamName stream)
    {
        await using var log = new EventStoreDbLog(ConnectionString.Parse(connectionString), 1024 * 1024, prefix, NullLogger<EventStoreDbLog>.Instance);
        var events = new List<StoredEvent>();
        await foreach (var e in log.ReadStream(stream, 0, int.MaxValue, TestContext.Current.CancellationToken)) events.Add(e);
        return events;
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
    }
}
