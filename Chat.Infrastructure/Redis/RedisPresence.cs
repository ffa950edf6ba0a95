using Chat.Application.Presence;
using Chat.Domain;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Chat.Infrastructure.Redis;

/// <summary>
/// Presence for many nodes. A user's devices are a sorted set by when each is forgotten, told by Redis's own clock, since the nodes' may differ;
/// the key goes with the last of them. When the user was last seen stays for a month.
/// </summary>
public sealed partial class RedisPresence(IConnectionMultiplexer redis, IOptions<PresenceOptions> options, ILogger<RedisPresence> logger) : IPresence, ISessionRegistry
{
    const string Now = "local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000) ";

    const string HoldScript = $"""
        {Now}
        redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
        redis.call('PEXPIRE', KEYS[1], ARGV[2])
        redis.call('SET', KEYS[2], now, 'EX', ARGV[3])
        """;

    const string ReleaseScript = $"""
        {Now}
        if redis.call('ZREM', KEYS[1], ARGV[1]) == 1 then redis.call('SET', KEYS[2], now, 'EX', ARGV[2]) end
        """;

    const string DevicesScript = $"{Now} return redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf')";

    const string PresenceScript = $"{Now} return {{ redis.call('ZCOUNT', KEYS[1], '(' .. now, '+inf'), redis.call('GET', KEYS[2]) }}";

    static readonly int LastSeenSeconds = (int)TimeSpan.FromDays(30).TotalSeconds;

    public Task Hold(IReadOnlyCollection<ConnectedDevice> devices, CancellationToken ct) => Writing(devices.Select(device =>
        Run(HoldScript, device.User, Member(device), (long)options.Value.Ttl.TotalMilliseconds, LastSeenSeconds)));

    public Task Release(IReadOnlyCollection<ConnectedDevice> devices, CancellationToken ct) => Writing(devices.Select(device =>
        Run(ReleaseScript, device.User, Member(device), LastSeenSeconds)));

    public async Task<IReadOnlyDictionary<UserId, UserPresence>> Of(IReadOnlyCollection<UserId> users, CancellationToken ct)
    {
        var asked = users.Distinct().ToList();
        try
        {
            var answers = await Task.WhenAll(asked.Select(user => Run(PresenceScript, user)));
            return asked.Zip(answers).ToDictionary(static pair => pair.First, static pair => PresenceOf(pair.Second));
        }
        catch (Exception fault) when (IsAway(fault))
        {
            LogAway(logger, fault);
            return asked.ToDictionary(static user => user, static _ => UserPresence.Unknown);
        }
    }

    public async Task<IReadOnlySet<Guid>> ConnectedDevices(IReadOnlyCollection<Guid> users, CancellationToken ct)
    {
        try
        {
            var answers = await Task.WhenAll(users.Select(user => Run(DevicesScript, new(user))));
            return answers.SelectMany(static answer => (RedisValue[])answer!).Select(static member => Guid.ParseExact(member.ToString()[..32], "N")).ToHashSet();
        }
        catch (Exception fault) when (IsAway(fault))
        {
            LogAway(logger, fault);
            return new HashSet<Guid>(); // a push too many is better than one too few
        }
    }

    // What is sent without waiting in between goes out together. The braces keep a user's keys on one node of a cluster.
    Task<RedisResult> Run(string script, UserId user, params RedisValue[] values)
    {
        var key = "chat:{" + user.Value.ToString("N") + "}:";
        return redis.GetDatabase().ScriptEvaluateAsync(script, [key + "devices", key + "seen"], values);
    }

    static async Task Writing(IEnumerable<Task<RedisResult>> commands)
    {
        try
        {
            await Task.WhenAll(commands);
        }
        catch (Exception fault) when (IsAway(fault))
        {
            throw new PresenceUnavailableException("Redis is out of reach.", fault);
        }
    }

    static string Member(ConnectedDevice device) => $"{device.Device.Value:N}@{device.Node:N}";

    static UserPresence PresenceOf(RedisResult answer) => ((RedisResult[])answer!) switch
    {
        [var connected, _] when (long)connected > 0 => UserPresence.Online,
        [_, { IsNull: false } seen] => new(PresenceState.Offline, DateTimeOffset.FromUnixTimeMilliseconds((long)seen)),
        _ => UserPresence.Unknown,
    };

    internal static bool IsAway(Exception fault) => fault is RedisException or TimeoutException or ObjectDisposedException;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Presence is unknown: Redis is out of reach.")]
    static partial void LogAway(ILogger logger, Exception fault);
}
