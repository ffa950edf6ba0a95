using System.Collections.Concurrent;
using Chat.Application.Conversations;
using Chat.Application.Log;

namespace Chat.Testing;

public sealed class InMemorySnapshots : ISnapshots
{
    readonly ConcurrentDictionary<(StreamName, int), ReadOnlyMemory<byte>> snapshots = new();

    readonly TaskCompletionSource written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done once the first snapshot is there.</summary>
    public Task Written => written.Task;

    public Task<ReadOnlyMemory<byte>?> Read(StreamName stream, int schema, CancellationToken ct) =>
        Task.FromResult(snapshots.TryGetValue((stream, schema), out var snapshot) ? snapshot : (ReadOnlyMemory<byte>?)null);

    public Task Write(StreamName stream, int schema, ReadOnlyMemory<byte> snapshot, CancellationToken ct)
    {
        snapshots[(stream, schema)] = snapshot;
        written.TrySetResult();
        return Task.CompletedTask;
    }
}
