using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Chat.Application.Presence;

namespace Chat.Infrastructure.Memory;

/// <summary>Typing for a single node.</summary>
public sealed class MemoryTypingSignals : ITypingSignals
{
    readonly ConcurrentDictionary<Channel<TypingSignal>, bool> listeners = [];

    public Task Tell(TypingSignal signal, CancellationToken ct)
    {
        foreach (var (listener, _) in listeners) listener.Writer.TryWrite(signal);
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<TypingSignal> Listen([EnumeratorCancellation] CancellationToken ct)
    {
        // who cannot keep up misses old ones: they would have ended anyway
        var mine = Channel.CreateBounded<TypingSignal>(new BoundedChannelOptions(1_000) { FullMode = BoundedChannelFullMode.DropOldest });
        listeners[mine] = true;
        try
        {
            await foreach (var signal in mine.Reader.ReadAllAsync(ct)) yield return signal;
        }
        finally
        {
            listeners.TryRemove(mine, out _);
        }
    }
}
