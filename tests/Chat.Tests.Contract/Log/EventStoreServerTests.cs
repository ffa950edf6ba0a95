using Chat.Testing.EventStoreDb;

namespace Chat.Tests.Contract.Log;

public sealed class TestEventStoreServerTests : EventStoreServerContract
{
    EventStoreServer? server;

    protected override async Task<string> Start() => (server = await EventStoreServer.Start()).ConnectionString;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (server is not null) await server.DisposeAsync();
    }
}

public sealed class RealEventStoreServerTests : EventStoreServerContract
{
    protected override Task<string> Start()
    {
        var server = Environment.GetEnvironmentVariable("CHAT_TEST_EVENTSTORE");
        Assert.SkipUnless(server is { Length: > 0 }, "No EventStoreDB: CHAT_TEST_EVENTSTORE is not set. The same was asked of the server of tests/Chat.Testing.EventStoreDb.");
        return Task.FromResult(server!);
    }
}
