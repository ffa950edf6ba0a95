namespace Chat.Application.Log;

/// <summary>A subscription from which everything that has arrived is taken at once. For one reader.</summary>
public sealed class Arrivals : IAsyncDisposable
{
    readonly CancellationTokenSource ending;
    readonly IAsyncEnumerator<LogMessage> messages;
    Task<bool> next;

    public Arrivals(IEventLog log, LogPosition after, StreamFilter filter, CancellationToken ct)
    {
        Until = after;
        ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        messages = log.Subscribe(after, filter, ending.Token).GetAsyncEnumerator(ending.Token);
        next = Move();
    }

    /// <summary>All events that match up to here have been taken.</summary>
    public LogPosition Until { get; private set; }

    /// <summary>
    /// Waits until something has arrived and takes all of it, at most so many events; none when only <see cref="Until"/> has moved, or when nothing has
    /// come in the time given.
    /// </summary>
    public async Task<List<StoredEvent>> Next(int max, TimeSpan? atMost = null)
    {
        while (true)
        {
            var before = Until;
            if (atMost is { } time && !next.IsCompleted && await Task.WhenAny(next, Task.Delay(time)) != next) return [];
            await next;
            var events = await Take(max);
            if (Until > before) return events;
        }
    }

    /// <summary>What has arrived and was not taken, without waiting; at most so many events.</summary>
    public async ValueTask<List<StoredEvent>> Take(int max)
    {
        var events = new List<StoredEvent>();
        while (next.IsCompleted && events.Count < max)
        {
            if (!await next) throw new LogUnavailableException("The subscription has ended.");
            switch (messages.Current)
            {
                case LogMessage.Event arrived:
                    events.Add(arrived.Stored);
                    Until = arrived.Stored.Position;
                    break;
                case LogMessage.Checkpoint passed:
                    Until = passed.Position;
                    break;
            }
            next = Move();
        }
        return events;
    }

    Task<bool> Move() => messages.MoveNextAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // an enumerator cannot be disposed of while it moves
        await messages.DisposeAsync();
        ending.Dispose();
    }
}
