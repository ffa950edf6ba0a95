using Chat.Application.Log;
using Chat.Infrastructure.EventStoreDb;
using Chat.Testing.EventStoreDb;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chat.Tests.Contract.Log;

/// <summary>The adapter against the server of tests/Chat.Testing.EventStoreDb.</summary>
public class EventStoreDbLogTests : EventLogContract
{
    const int MaxAppendBytes = 1024 * 1024;

    readonly List<EventStoreDbLog> nodes = [];

    protected EventStoreServer Server { get; private set; } = null!;

    protected virtual EventStoreServerOptions Options => new();

    protected override async Task<IEventLog> Open()
    {
        Server = await EventStoreServer.Start(Options);
        return Connect(Server.ConnectionString);
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var node in nodes) await node.DisposeAsync();
        if (Server is not null) await Server.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected EventStoreDbLog Connect(string connectionString)
    {
        var node = new EventStoreDbLog(ConnectionString.Parse(connectionString), MaxAppendBytes, "", NullLogger<EventStoreDbLog>.Instance);
        nodes.Add(node);
        return node;
    }
}

/// <summary>The same on a server that takes appends only one by one.</summary>
public sealed class EventStoreDbLogWithoutBatchesTests : EventStoreDbLogTests
{
    protected override EventStoreServerOptions Options => new(Features: false);
}

/// <summary>The same on a real server: esdb://… in CHAT_TEST_EVENTSTORE, under a prefix of its own.</summary>
public sealed class RealEventStoreDbLogTests : EventLogContract
{
    const string Variable = "CHAT_TEST_EVENTSTORE";

    EventStoreDbLog? log;

    protected override Task<IEventLog> Open()
    {
        var server = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipUnless(server is { Length: > 0 }, $"No EventStoreDB: {Variable} is not set. The same tests ran against the server of tests/Chat.Testing.EventStoreDb.");
        log = new(ConnectionString.Parse(server!), 1024 * 1024, $"test-{Guid.NewGuid():N}-", NullLogger<EventStoreDbLog>.Instance);
        return Task.FromResult<IEventLog>(log);
    }

    public override async ValueTask DisposeAsync()
    {
        if (log is not null) await log.DisposeAsync();
        await base.DisposeAsync();
    }
}
