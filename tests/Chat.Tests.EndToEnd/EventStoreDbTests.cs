using Chat.Testing;

namespace Chat.Tests.EndToEnd;

/// <summary>An API whose log is in EventStoreDB.</summary>
public sealed class EventStoreDbApp : RunningApp
{
    EventStore? store;

    private protected override async Task<AppProcess> Launch(string database) => new(database, (store = await EventStore.Open(database)).Settings);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (store is not null) await store.DisposeAsync();
    }
}

/// <summary>What devices see is the same with the log in EventStoreDB.</summary>
public sealed class LiveOnEventStoreDbTests(EventStoreDbApp running) : LiveTests(running), IClassFixture<EventStoreDbApp>;

/// <summary>Nothing acknowledged is lost there either.</summary>
public sealed class CrashOnEventStoreDbTests(ITestOutputHelper output) : CrashTests(output), IAsyncDisposable
{
    EventStore? store;

    private protected override async Task<AppProcess> Launch(string database) => new(database, (store = await EventStore.Open(database)).Settings);

    private protected override Task<List<LoggedEvent>> ReadLog(TestDatabase database) => store!.ReadAll();

    public async ValueTask DisposeAsync()
    {
        if (store is not null) await store.DisposeAsync();
    }
}
