using System.Collections.Concurrent;
using Chat.Domain;

namespace Chat.Api.Sync;

/// <summary>
/// Who waits for a change of their inbox. A signal is only a hint: whoever gets it reads, and whoever does not reads when their time is over.
/// </summary>
public sealed class InboxSignals
{
    readonly ConcurrentDictionary<UserId, TaskCompletionSource> waiting = new();

    public bool AreAwaited => !waiting.IsEmpty;

    /// <summary>Completes with the next change. To be asked for before reading: what changes after the reading then completes it.</summary>
    public Task Next(UserId user) => waiting.GetOrAdd(user, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Wake(UserId user)
    {
        if (waiting.TryRemove(user, out var waits)) waits.TrySetResult();
    }

    public void WakeAll()
    {
        foreach (var user in waiting.Keys) Wake(user);
    }
}
