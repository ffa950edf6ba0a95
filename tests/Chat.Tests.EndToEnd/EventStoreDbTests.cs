using Chat.Testing;

namespace Chat.Tests.EndToEnd;

/// <summary>What devices see is the same with the log in EventStoreDB.</summary>
public sealed class LiveOnEventStoreDbTests : LiveTests
{
    EventStore? store;

    private protected override async Task<AppProcess> Launch(string database) => new(database, (store = await EventStore.Open()).Settings);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (store is not null) await store.DisposeAsync();
    }
}

/// <summary>Nothing acknowledged is lost there either.</summary>
public sealed class CrashOnEventStoreDbTests(ITestOutputHelper output) : CrashTests(output), IAsyncDisposable
{
    EventStore? store;

    private protected override async Task<AppProcess> Launch(string database) => new(database, (store = await EventStore.Open()).Settings);

    private protected override async Task AssertLogHolds(TestDatabase database, Guid conversation, int messages)
    {
        var events = await store!.Read(new($"conversation-{conversation:N}"));
        Assert.Equal(messages, events.Count(static e => e.Type == "message-sent.v1"));
        Assert.Equal(Enumerable.Range(0, events.Count).Select(static i => (long)i), events.Select(static e => e.Revision));
        Assert.Equal(events.Count, events.DistinctBy(static e => e.Id).Count());
    }

    public async ValueTask DisposeAsync()
    {
        if (store is not null) await store.DisposeAsync();
    }
}
