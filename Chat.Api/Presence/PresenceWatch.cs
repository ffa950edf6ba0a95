using System.Collections.Concurrent;
using Chat.Api.Live;
using Chat.Application.Presence;
using Chat.Domain;
using Chat.Infrastructure.ReadModels;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Options;

namespace Chat.Api.Presence;

/// <summary>
/// Tells connections what has changed about those whom they watch, every ten seconds and all at once. It asks the store each time and compares, so
/// nothing is lost that would have to be told again.
/// </summary>
public sealed partial class PresenceWatch(
    IPresence presence, PresenceRights rights, PresenceViews views, IOptions<PresenceOptions> options, TimeProvider time, ILogger<PresenceWatch> logger)
    : BackgroundService
{
    const int BytesOfView = 100;

    /// <summary>A right that was lost or won without any coming or going shows after so long.</summary>
    static readonly TimeSpan RightsAge = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<LiveConnection, Watched> watching = [];

    /// <summary>What is watched by one connection, as it was last told.</summary>
    sealed record Watched(IReadOnlyDictionary<UserId, UserPresence> Told, HashSet<UserId> Allowed, long RightsReadAt)
    {
        public bool Differs(IReadOnlyDictionary<UserId, UserPresence> present) => Told.Any(told => View(told.Key, present) != told.Value);

        public UserPresence View(UserId user, IReadOnlyDictionary<UserId, UserPresence> present) => Allowed.Contains(user) ? present[user] : UserPresence.Unknown;
    }

    public async Task<WatchReply> Watch(LiveConnection connection, WatchRequest request, CancellationToken ct)
    {
        if (request.UserIds.Count > options.Value.MaxWatched)
        {
            return new(false, "too_many_users", $"At most {options.Value.MaxWatched} users are watched at once.", null);
        }
        var now = await views.Of(connection.Caller.User, [.. request.UserIds.Distinct().Select(static id => new UserId(id))], ct);
        if (now.Count == 0) Forget(connection);
        else watching[connection] = new(now.ToDictionary(static view => view.User, static view => view.Presence), [], 0); // rights are read with the first look
        if (connection.Context.ConnectionAborted.IsCancellationRequested) Forget(connection);
        return new(true, null, null, [.. now.Select(static view => PresenceView.Of(view.User, view.Presence))]);
    }

    public void Forget(LiveConnection connection) => watching.TryRemove(connection, out _);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Changes, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Look(stoppingToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                LogNotLooked(logger, fault); // the store of rights is away; the next look tells what has changed till then
            }
        }
    }

    async Task Look(CancellationToken ct)
    {
        var all = watching.ToList();
        if (all.Count == 0) return;
        var present = await presence.Of([.. all.SelectMany(static pair => pair.Value.Told.Keys).Distinct()], ct);
        var changed = all.Where(pair => IsOld(pair.Value) || pair.Value.Differs(present)).ToList();
        if (changed.Count == 0) return;
        var allowed = await rights.Among([.. changed.SelectMany(static pair => pair.Value.Told.Keys.Select(user => (pair.Key.Caller.User, user)))], ct);
        foreach (var (connection, before) in changed)
        {
            var mine = before.Told.Keys.Where(user => allowed.Contains((connection.Caller.User, user))).ToHashSet();
            var after = before with { Allowed = mine, RightsReadAt = time.GetTimestamp() };
            after = after with { Told = before.Told.Keys.ToDictionary(static user => user, user => after.View(user, present)) };
            if (watching.TryUpdate(connection, after, before)) Tell(connection, after.Told.Where(told => before.Told[told.Key] != told.Value));
        }
    }

    bool IsOld(Watched watched) => watched.RightsReadAt == 0 || time.GetElapsedTime(watched.RightsReadAt) >= RightsAge;

    static void Tell(LiveConnection connection, IEnumerable<KeyValuePair<UserId, UserPresence>> changes)
    {
        var views = changes.Select(static change => PresenceView.Of(change.Key, change.Value)).ToList();
        if (views.Count > 0) connection.TrySend(new(new InvocationMessage("presence", [views])), views.Count * BytesOfView);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Changes of presence could not be told.")]
    static partial void LogNotLooked(ILogger logger, Exception fault);
}
