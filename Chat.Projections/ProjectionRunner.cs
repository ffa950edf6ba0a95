using System.Diagnostics;
using Chat.Application.Log;
using Chat.Application.Search;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.ReadModels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chat.Projections;

/// <summary>
/// Keeps one projection up to date: its own subscription from its own checkpoint, batches of whatever is there, rows and checkpoint in one
/// transaction. One process at a time does the work; the checkpoint's compare-and-set makes a second one harmless.
/// </summary>
public sealed partial class ProjectionRunner(
    IProjection projection, IEventLog log, EventCodec codec, Checkpoints checkpoints, Generations generations, ReadModelProgress progress, Leases leases,
    ILogger<ProjectionRunner> logger) : BackgroundService
{
    const int MaxBatch = 1_000;
    const int MaxTries = 5;
    const int Busy = 10;
    static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan UnhurriedLinger = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan LongLinger = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan LongestLinger = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // How long the checkpoint may stay behind what was looked at and left nothing to write: a transaction for it alone is dear, and other processes see no other.
    static readonly TimeSpan CheckpointAge = TimeSpan.FromMilliseconds(250);

    string Name => projection.Model.Name;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var lease = await leases.TryTake($"projection {Name}", stoppingToken);
                if (lease is not null) await Follow(stoppingToken);
            }
            catch (FencedException)
            {
                LogFenced(logger, Name); // switched to another generation, or another runner: look again
                continue;
            }
            catch (PoisonException poison)
            {
                LogStopped(logger, poison, Name, poison.Position);
            }
            catch (Exception fault) when (IsAway(fault))
            {
                LogAway(logger, fault, Name);
            }
            await Task.Delay(Pause, stoppingToken);
        }
    }

    async Task Follow(CancellationToken ct)
    {
        var epoch = await log.Epoch(ct);
        var checkpoint = await checkpoints.Live(projection.Model, epoch, ct, await log.Head(ct));
        if (checkpoint.Epoch != epoch || checkpoint.Position > await log.Head(ct))
        {
            await Stop(checkpoint, checkpoint.Position, "The checkpoint belongs to another history of the log (a restored backup?). Rebuild this projection.", ct);
        }
        var skipped = await checkpoints.Skipped(Name, ct);
        progress.Advanced(Name, checkpoint.Position);

        await using var arrivals = new Arrivals(log, checkpoint.Position, projection.Filter, ct);
        var committed = long.MinValue / 2; // long ago: the first time it moves at once
        while (true)
        {
            var isBehind = checkpoint.Position < arrivals.Until;
            var events = await arrivals.Next(MaxBatch, isBehind ? CheckpointAge : null);
            var before = checkpoint;
            var due = Stopwatch.GetElapsedTime(committed) >= CheckpointAge;
            (checkpoint, var wrote) = await Apply(checkpoint, [.. events.Where(e => !skipped.Contains(e.Position))], arrivals.Until, due, ct);
            if (checkpoint != before) committed = Stopwatch.GetTimestamp();
            progress.Advanced(Name, arrivals.Until);
            await Gather(events.Count, wrote, ct);
        }
    }

    // A transaction an event would be most of the work: let more of them arrive where nobody waits for them or they do not concern this projection, and
    // under load a few everywhere. What comes after a pause is never waited for.
    async Task Gather(int events, bool wrote, CancellationToken ct)
    {
        if (projection.Model.FromHead)
        {
            await Task.Delay(LongestLinger, ct);
            return;
        }
        if (events >= Busy) await Task.Delay(Linger, ct);
        if (!wrote) await progress.Linger(Name, LongLinger, ct);
        else if (projection.Model.Unhurried) await progress.Linger(Name, UnhurriedLinger, ct);
    }

    async Task<(Checkpoint Checkpoint, bool Wrote)> Apply(Checkpoint checkpoint, List<StoredEvent> events, LogPosition until, bool due, CancellationToken ct)
    {
        var wrote = true;
        using var activity = ProjectionTelemetry.Source.StartActivity("projection.apply");
        activity?.SetTag("chat.projection", Name).SetTag("chat.events", events.Count);
        var started = Stopwatch.GetTimestamp();
        try
        {
            (checkpoint, wrote) = await TryApply(checkpoint, events, until, due, ct);
        }
        catch (Exception fault) when (IsPoison(fault))
        {
            // One of them is bad. The others go through, one by one, up to that one.
            foreach (var e in events) checkpoint = await ApplyOne(checkpoint, e, ct);
            (checkpoint, _) = await TryApply(checkpoint, [], until, due: true, ct);
        }
        ProjectionTelemetry.Applied(Name, events, Stopwatch.GetElapsedTime(started));
        return (checkpoint, wrote);
    }

    async Task<Checkpoint> ApplyOne(Checkpoint checkpoint, StoredEvent stored, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return (await TryApply(checkpoint, [stored], stored.Position, due: true, ct)).Checkpoint;
            }
            catch (Exception fault) when (IsPoison(fault))
            {
                if (tries == MaxTries) await Stop(checkpoint, stored.Position, $"{stored.Type} at {stored.Revision} of {stored.Stream}: {fault.GetType().Name}.", ct, fault);
                await Task.Delay(TimeSpan.FromMilliseconds(20 * Math.Pow(2, tries)), ct);
            }
        }
    }

    // The checkpoint stays where it is while there is nothing to write and it is not due.
    async Task<(Checkpoint Checkpoint, bool Wrote)> TryApply(Checkpoint checkpoint, List<StoredEvent> events, LogPosition until, bool due, CancellationToken ct)
    {
        if (until <= checkpoint.Position) return (checkpoint, false);
        if (events.Exists(Partition.IsForAll)) await ForgetFormer(ct);
        var batch = checkpoints.Begin(checkpoint);
        if (events.Count > 0) await projection.Apply(await codec.Decode(events, ct), batch, ct);
        var wrote = batch.HasWrites || (events.Count > 0 && projection.Foreign is not null); // a comparison starts from the checkpoint
        return wrote || due ? (await batch.Commit(until, ct), wrote) : (checkpoint, false);
    }

    // What was kept for a way back nobody keeps up to date: it would keep the words of whoever is erased.
    async Task ForgetFormer(CancellationToken ct)
    {
        foreach (var former in await generations.Retired(projection.Model, ct)) await generations.Drop(former, ct);
    }

    async Task Stop(Checkpoint checkpoint, LogPosition at, string reason, CancellationToken ct, Exception? fault = null)
    {
        await checkpoints.Fail(checkpoint, at, reason, ct);
        throw new PoisonException(at, reason, fault);
    }

    static bool IsPoison(Exception fault) =>
        fault is not (OperationCanceledException or FencedException) && !IsAway(fault);

    static bool IsAway(Exception fault) => fault is LogUnavailableException or SearchUnavailableException || PostgresFaults.IsUnavailable(fault);

    [LoggerMessage(Level = LogLevel.Information, Message = "Projection {Name}: its checkpoint was moved; looking again.")]
    static partial void LogFenced(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Error, Message = "Projection {Name} stands still at {Position}. 'chat-projections status' says why; 'skip' passes the event.")]
    static partial void LogStopped(ILogger logger, Exception fault, string name, LogPosition position);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Projection {Name}: the store is away; trying again.")]
    static partial void LogAway(ILogger logger, Exception fault, string name);
}

/// <summary>An event that cannot be applied, or a checkpoint that cannot be followed.</summary>
public sealed class PoisonException(LogPosition position, string reason, Exception? inner) : Exception(reason, inner)
{
    public LogPosition Position { get; } = position;
}
