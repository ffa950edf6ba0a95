using Chat.Api.Live;
using Chat.Application.Log;
using Chat.Infrastructure.ReadModels;
using Chat.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chat.Tests.Integration.Live;

/// <summary>What clients may hear of, while the read models are behind the log.</summary>
public sealed class ProjectedLogTests : IAsyncLifetime
{
    static readonly string[] Models = ["timeline", "inbox"];
    static readonly StreamName Room = new("conversation-a");
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    readonly InMemoryEventLog log = new();
    TestDatabase database = null!;
    ReadModelProgress progress = null!;
    ProjectedLog projected = null!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.Create();
        progress = new(database.Source, new(database.Source, database.Source), NullLogger<ReadModelProgress>.Instance);
        projected = new(progress, log);
    }

    public async ValueTask DisposeAsync()
    {
        await progress.StopAsync(CancellationToken.None);
        await database.DisposeAsync();
    }

    Task Append(int count) => log.AppendSome(Room, count, Ct);

    [Fact]
    public async Task an_event_is_told_once_all_models_have_it_whatever_they_lack_of_what_came_after()
    {
        await using var told = projected.Follow(LogPosition.Start, new("conversation-"), Models, Ct).GetAsyncEnumerator(Ct);
        await Append(3);
        progress.Advanced("timeline", new(3));

        var first = told.MoveNextAsync().AsTask();
        Assert.False(first.IsCompleted);
        progress.Advanced("inbox", new(2));
        Assert.True(await first.WaitAsync(Patience, Ct));
        Assert.Equal([0, 1], told.Current.Events.Select(static e => e.Revision));
        Assert.Equal(new(2), told.Current.Until);
    }

    [Fact]
    public async Task what_arrives_while_the_models_are_waited_for_is_told_once_and_in_order()
    {
        await using var told = projected.Follow(LogPosition.Start, new("conversation-"), Models, Ct).GetAsyncEnumerator(Ct);
        var heard = new List<long>();
        for (var count = 1; count <= 50; count++)
        {
            await Append(1);
            var next = told.MoveNextAsync().AsTask();
            await Append(2);
            foreach (var model in Models) progress.Advanced(model, await log.Head(Ct));
            while (true)
            {
                Assert.True(await next.WaitAsync(Patience, Ct));
                heard.AddRange(told.Current.Events.Select(static e => e.Revision));
                if (heard.Count >= 3 * count) break;
                next = told.MoveNextAsync().AsTask();
            }
        }

        Assert.Equal(Enumerable.Range(0, 150).Select(static revision => (long)revision), heard);
        Assert.Equal(new(150), told.Current.Until);
    }

    [Fact]
    public async Task who_starts_before_anything_is_known_of_the_models_is_told_nothing_of_the_past()
    {
        await Append(2);

        Assert.Equal(new(2), await projected.Now(Models, Ct));
        foreach (var model in Models) progress.Advanced(model, new(1));
        Assert.Equal(new(1), await projected.Now(Models, Ct));
    }
}
