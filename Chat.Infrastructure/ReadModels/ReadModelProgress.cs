using System.Collections.Concurrent;
using Chat.Application.Log;
using Chat.Infrastructure.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Chat.Infrastructure.ReadModels;

/// <summary>
/// How far the live read models have come, for whoever waits for them: read-your-writes and the live edge. Runners in this process say so
/// directly; those elsewhere by NOTIFY, which only wakes, and a poll stands behind it.
/// </summary>
public sealed partial class ReadModelProgress(NpgsqlDataSource database, Checkpoints checkpoints, ILogger<ReadModelProgress> logger) : BackgroundService
{
    const string Channel = "chat_read";
    static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    readonly Lock sync = new();
    readonly Dictionary<string, LogPosition> applied = [];
    readonly ConcurrentDictionary<string, SemaphoreSlim> hurries = [];
    readonly Notifier notifier = new(database, Channel, TimeProvider.System, logger);
    TaskCompletionSource moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Everything up to here is in all of these read models.</summary>
    public LogPosition Applied(IReadOnlyCollection<string> models)
    {
        lock (sync) return models.Min(model => applied.GetValueOrDefault(model));
    }

    /// <summary>A runner of this process has committed.</summary>
    public void Advanced(string model, LogPosition position)
    {
        Know(model, position);
        notifier.Ask();
    }

    /// <summary>Lets a runner gather more for a model: so long, or until somebody waits for what the model does not have.</summary>
    public Task Linger(string model, TimeSpan time, CancellationToken ct) => HurryOf(model).WaitAsync(time, ct);

    /// <summary>
    /// True once all of these read models have applied a position; false when that takes longer than the time given. Runners of this process do not linger
    /// meanwhile.
    /// </summary>
    public async Task<bool> WaitFor(LogPosition position, IReadOnlyCollection<string> models, TimeSpan timeout, CancellationToken ct)
    {
        if (Applied(models) >= position) return true;
        foreach (var model in models) Hurry(model);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(timeout);
        try
        {
            await Reach(position, models, limit.Token);
            return true;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Waits until all of these read models have applied a position; returns how far they are then.</summary>
    public async Task<LogPosition> Reach(LogPosition position, IReadOnlyCollection<string> models, CancellationToken ct)
    {
        while (Applied(models) < position) await Moved(position, models).WaitAsync(ct);
        return Applied(models);
    }

    SemaphoreSlim HurryOf(string model) => hurries.GetOrAdd(model, static _ => new(0, 1));

    void Hurry(string model)
    {
        lock (sync)
        {
            if (HurryOf(model) is { CurrentCount: 0 } hurry) hurry.Release();
        }
    }

    Task Moved(LogPosition position, IReadOnlyCollection<string> models)
    {
        lock (sync) return Applied(models) >= position ? Task.CompletedTask : moved.Task;
    }

    void Know(string model, LogPosition position)
    {
        lock (sync)
        {
            if (applied.GetValueOrDefault(model) >= position) return;
            applied[model] = position;
            var wake = moved;
            moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
            wake.SetResult();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var others = await notifier.Listen(null, stoppingToken);
                while (true)
                {
                    foreach (var checkpoint in await checkpoints.All(stoppingToken))
                    {
                        if (checkpoint.Live) Know(checkpoint.Projection, checkpoint.Position);
                    }
                    await others.Wait(PollInterval, stoppingToken);
                }
            }
            catch (Exception fault) when (PostgresFaults.IsUnavailable(fault))
            {
                LogLost(logger, fault);
                await Task.Delay(PollInterval, stoppingToken);
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await notifier.DisposeAsync();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The read models' notifications are lost; connecting again.")]
    static partial void LogLost(ILogger logger, Exception fault);
}
