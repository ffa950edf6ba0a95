using System.Text;
using Chat.Application.Log;
using Chat.Infrastructure.EventStoreDb;
using Chat.Projections;
using Chat.Testing;
using Chat.Testing.EventStoreDb;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chat.Tests.Integration.Projections;

/// <summary>Into EventStoreDB and back: the server of tests/Chat.Testing.EventStoreDb, or the one of CHAT_TEST_EVENTSTORE under a prefix of its own.</summary>
public sealed class LogCopyTests : IAsyncLifetime
{
    EventStoreServer? server;
    EventStoreDbLog eventStore = null!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var real = Environment.GetEnvironmentVariable("CHAT_TEST_EVENTSTORE") is { Length: > 0 } given ? given : null;
        if (real is null) server = await EventStoreServer.Start();
        eventStore = new(ConnectionString.Parse(real ?? server!.ConnectionString), 1024 * 1024, $"copy-{Guid.NewGuid():N}-", NullLogger<EventStoreDbLog>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await eventStore.DisposeAsync();
        if (server is not null) await server.DisposeAsync();
    }

    static NewEvent AnEvent(int size) => new(Guid.NewGuid(), "message-sent.v1", Encoding.UTF8.GetBytes($$"""{"text":"{{new string('x', size)}}"}"""), """{"lamport":1}"""u8.ToArray());

    [Fact]
    public async Task a_copy_that_was_interrupted_goes_on_and_is_the_same_in_the_end()
    {
        var source = new InMemoryEventLog();
        var streams = Enumerable.Range(0, 10).Select(i => new StreamName($"conversation-{i}")).ToList();
        for (var i = 0; i < 5_000; i++) await source.Append(streams[i % 10], (i / 10) - 1, [AnEvent(i % 100 == 0 ? 20_000 : 100)], Ct);

        using var interruption = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new LogCopy(source, eventStore).Run(_ => interruption.Cancel(), interruption.Token));
        Assert.NotEqual(await LogCopy.Digest(source, Ct), await LogCopy.Digest(eventStore, Ct));

        var rest = await new LogCopy(source, eventStore).Run(static _ => { }, Ct);
        Assert.InRange(rest.Known, 1, 4_999);
        Assert.Equal(5_000, rest.Known + rest.Copied);
        Assert.Equal((10, 5_000), (await LogCopy.Digest(eventStore, Ct)) is var digest ? (digest.Streams, digest.Events) : default);
        Assert.Equal(await LogCopy.Digest(source, Ct), digest);

        await eventStore.Append(streams[0], 499, [AnEvent(1)], Ct);
        Assert.NotEqual(digest, await LogCopy.Digest(eventStore, Ct));
    }

    [Fact]
    public async Task after_a_rebuild_everything_goes_on_from_the_copy_and_back()
    {
        await using var database = await TestDatabase.Create();
        var before = await ReadSide.Start(database);
        var (ann, bob) = (await before.Register("ann"), await before.Register("bob"));
        var room = await before.Start(ann, members: [bob]);
        for (var i = 0; i < 20; i++) await before.Send(room, ann, $"before {i}");
        await before.Settled();
        await new LogCopy(before.Get<IEventLog>(), eventStore).Run(static _ => { }, Ct);
        await before.Stop();

        var moved = await Rebuilt(database, services => services.AddSingleton<IEventLog>(eventStore));
        await moved.Send(room, bob, "after");
        await moved.Settled();
        await moved.VerifyClean();
        Assert.Equal("after", (await moved.Timeline.Page(ann, room, new Application.Timeline.HistoryRange.Newest(), 50, Ct))!.Entries[^1].Message!.Text);
        await moved.Stop();

        var back = await Rebuilt(database, static _ => { }, log => new LogCopy(eventStore, log).Run(static _ => { }, Ct));
        await back.Send(room, ann, "and back");
        await back.Settled();
        await back.VerifyClean();
        Assert.Equal(["after", "and back"], (await back.Timeline.Page(ann, room, new Application.Timeline.HistoryRange.Newest(), 50, Ct))!.Entries.TakeLast(2).Select(static e => e.Message!.Text));
        await back.Stop();
    }

    static async Task<ReadSide> Rebuilt(TestDatabase database, Action<IServiceCollection> with, Func<IEventLog, Task>? first = null)
    {
        var idle = await ReadSide.Start(database, runners: false, with);
        if (first is not null) await first(idle.Get<IEventLog>());
        await idle.Rebuild([.. idle.Get<IEnumerable<IProjection>>().Select(static projection => projection.Model.Name)]);
        await idle.Stop();
        return await ReadSide.Start(database, runners: true, with);
    }
}
