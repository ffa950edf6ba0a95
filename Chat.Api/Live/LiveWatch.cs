using Chat.Application.Accounts;
using Chat.Application.Keys;

namespace Chat.Api.Live;

/// <summary>
/// Closes what should no longer be open: SignalR looks at a token only when a device connects. Expired tokens, revoked sessions and
/// devices that do not read are found here within seconds.
/// </summary>
sealed partial class LiveWatch(
    LiveConnections connections, SessionStates sessions, IPersonalKeys keys, TimeProvider time, ILogger<LiveWatch> logger) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Look(stoppingToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                LogNotLooked(logger, fault); // the store of sessions is away; tokens still expire
            }
        }
    }

    async Task Look(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var bySession = new Dictionary<Guid, List<LiveConnection>>();
        foreach (var connection in connections.All)
        {
            // a close takes its time; nobody else waits for it
            if (connection.Expires <= now) _ = connection.Close(new("token_expired", true, 0));
            else if (connection.IsStuck) _ = connection.Close(new(Bye.SlowConsumer, true, 1_000));
            else if (connection.Caller.Session is { } session)
            {
                if (!bySession.TryGetValue(session, out var ofSession)) bySession.Add(session, ofSession = []);
                ofSession.Add(connection);
            }
        }
        foreach (var revoked in bySession.Count > 0 ? await sessions.Revoked(bySession.Keys, ct) : new HashSet<Guid>())
        {
            foreach (var connection in bySession[revoked]) _ = connection.Close(new("revoked", false, 0));
        }
        await CloseErased(ct);
    }

    // Another issuer's sessions cannot be asked for; but who is erased has no key, and that is known within a minute, mostly from memory.
    async Task CloseErased(CancellationToken ct)
    {
        var foreign = connections.All.Where(static connection => connection.Caller.Session is null).ToLookup(static connection => connection.Caller.User);
        if (foreign.Count == 0) return;
        foreach (var (user, key) in await keys.Find([.. foreign.Select(static group => group.Key)], ct))
        {
            foreach (var connection in key.Value is null ? foreign[user] : []) _ = connection.Close(new("revoked", false, 0));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sessions could not be checked.")]
    static partial void LogNotLooked(ILogger logger, Exception fault);
}
