using Chat.Application.Log;

namespace Chat.Tests.Contract.Log;

/// <summary>A subscription that runs beside a test and remembers what it was given.</summary>
sealed class Subscriber : IAsyncDisposable
{
    readonly CancellationTokenSource stop = new();
    readonly List<LogMessage> messages = [];
    readonly Task running;
    TaskCompletionSource more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Subscriber(IEventLog log, LogPosition after, StreamFilter filter) => running = Task.Run(async () =>
    {
        await foreach (var message in log.Subscribe(after, filter, stop.Token))
        {
            lock (messages)
            {
                messages.Add(message);
                more.SetResult();
                more = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    });

    public IReadOnlyList<StoredEvent> Events
    {
        get
        {
            lock (messages) return [.. messages.OfType<LogMessage.Event>().Select(static message => message.Stored)];
        }
    }

    public async Task Until(Func<IReadOnlyList<LogMessage>, bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (true)
        {
            Task next;
            lock (messages)
            {
                if (condition(messages)) return;
                next = more.Task;
            }
            if (await Task.WhenAny(next.WaitAsync(limit.Token), running) == running) await running;
            limit.Token.ThrowIfCancellationRequested();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running.ContinueWith(static _ => { }, TaskScheduler.Default);
        stop.Dispose();
    }
}
