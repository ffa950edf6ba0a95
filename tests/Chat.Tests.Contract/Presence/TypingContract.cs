using Chat.Application.Presence;
using Chat.Infrastructure.Memory;
using Chat.Infrastructure.Redis;
using Chat.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Chat.Tests.Contract.Presence;

/// <summary>What every carrier of typing signals does.</summary>
public abstract class TypingContract : IAsyncDisposable
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static TypingSignal ASignal(bool active = true) => new(new(Guid.NewGuid()), new(Guid.NewGuid()), active);

    /// <summary>One node's end of it; all of them belong together.</summary>
    protected abstract Task<ITypingSignals> Node();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task what_is_told_on_one_node_is_heard_on_all()
    {
        var (a, b) = (await Node(), await Node());
        await using var onA = a.Listen(Ct).GetAsyncEnumerator(Ct);
        await using var onB = b.Listen(Ct).GetAsyncEnumerator(Ct);
        TypingSignal[] told = [ASignal(), ASignal(active: false)];
        var (first, second) = (onA.MoveNextAsync().AsTask(), onB.MoveNextAsync().AsTask());

        // a listener is heard of in a moment: told until both have it
        while (!first.IsCompleted || !second.IsCompleted) await a.Tell(told[0], Ct);
        await b.Tell(told[1], Ct);

        Assert.Equal(told, await HeardUntil(onA, told[1]));
        Assert.Equal(told, await HeardUntil(onB, told[1]));
    }

    static async Task<IEnumerable<TypingSignal>> HeardUntil(IAsyncEnumerator<TypingSignal> heard, TypingSignal last)
    {
        var all = new HashSet<TypingSignal> { heard.Current };
        while (!all.Contains(last))
        {
            Assert.True(await heard.MoveNextAsync());
            all.Add(heard.Current);
        }
        return all;
    }
}

public sealed class MemoryTypingTests : TypingContract
{
    readonly MemoryTypingSignals signals = new();

    protected override Task<ITypingSignals> Node() => Task.FromResult<ITypingSignals>(signals);
}

public sealed class RedisTypingTests : TypingContract
{
    readonly List<IConnectionMultiplexer> connections = [];
    TestRedis? server;

    protected override async Task<ITypingSignals> Node()
    {
        server ??= await TestRedis.Start();
        connections.Add(PresenceRegistration.Connect(server.ConnectionString));
        return new RedisTypingSignals(connections[^1], NullLogger<RedisTypingSignals>.Instance);
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var connection in connections) await connection.DisposeAsync();
        if (server is not null) await server.DisposeAsync();
        await base.DisposeAsync();
    }
}
