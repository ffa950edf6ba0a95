using Chat.Application.Presence;
using Chat.Infrastructure.Redis;
using Chat.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Chat.Tests.Contract.Presence;

public sealed class RedisPresenceTests : PresenceContract<RedisPresence>
{
    // Redis has a clock of its own: instead of waiting for it, everything is made older.
    const string Older = """
        for _, key in ipairs(redis.call('KEYS', '*:devices')) do
            for _, member in ipairs(redis.call('ZRANGE', key, 0, -1)) do redis.call('ZINCRBY', key, -ARGV[1], member) end
            redis.call('PEXPIRE', key, redis.call('PTTL', key) - ARGV[1])
        end
        """;

    TestRedis server = null!;
    IConnectionMultiplexer redis = null!;

    protected override async Task<RedisPresence> Open()
    {
        server = await TestRedis.Start();
        redis = PresenceRegistration.Connect(server.ConnectionString);
        return new(redis, Options.Create(new PresenceOptions()), NullLogger<RedisPresence>.Instance);
    }

    protected override Task Pass(TimeSpan time) => redis.GetDatabase().ScriptEvaluateAsync(Older, [], [(long)time.TotalMilliseconds]);

    [Fact]
    public async Task while_Redis_is_away_presence_is_unknown_and_it_heals_by_itself()
    {
        var device = new ConnectedDevice(new(Guid.NewGuid()), new(Guid.NewGuid()), Guid.NewGuid());
        await Presence.Hold([device], Ct);
        await server.Kill();

        await Assert.ThrowsAsync<PresenceUnavailableException>(() => Presence.Hold([device], Ct));
        await Assert.ThrowsAsync<PresenceUnavailableException>(() => Presence.Release([device], Ct));
        Assert.Equal(UserPresence.Unknown, (await Presence.Of([device.User], Ct))[device.User]);
        Assert.Empty(await Presence.ConnectedDevices([device.User.Value], Ct));

        await server.Run();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        while ((await Presence.Of([device.User], Ct))[device.User] != UserPresence.Online)
        {
            patience.Token.ThrowIfCancellationRequested();
            try
            {
                await Presence.Hold([device], Ct);
            }
            catch (PresenceUnavailableException)
            {
                // not yet
            }
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (redis is not null) await redis.DisposeAsync();
        if (server is not null) await server.DisposeAsync();
        await base.DisposeAsync();
    }
}
