using System.Collections.Concurrent;
using System.Threading.Channels;
using Chat.Infrastructure.EventStoreDb.Wire;
using Grpc.Core;

namespace Chat.Infrastructure.EventStoreDb;

/// <summary>One BatchAppend call: requests go out as they come, answers are matched by correlation id. Broken once, broken for good.</summary>
sealed class AppendPipe : IAsyncDisposable
{
    const int MaxWaiting = 1_000;

    readonly CancellationTokenSource closing = new();
    readonly AsyncDuplexStreamingCall<BatchAppendReq, BatchAppendResp> call;
    readonly Channel<BatchAppendReq> waiting = Channel.CreateBounded<BatchAppendReq>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    readonly ConcurrentDictionary<Guid, TaskCompletionSource<BatchAppendResp>> open = new();
    readonly Task running;
    volatile RpcException? broken;

    public AppendPipe(Streams.StreamsClient streams)
    {
        call = streams.BatchAppend(cancellationToken: closing.Token);
        running = Task.WhenAll(Task.Run(() => UntilBroken(Send)), Task.Run(() => UntilBroken(Receive)));
    }

    public bool IsBroken => broken is not null;

    /// <exception cref="RpcException">The call broke: what became of the append is unknown.</exception>
    public async Task<BatchAppendResp> Ask(BatchAppendReq request, CancellationToken ct)
    {
        var (id, answer) = (StoredForm.GuidOf(request.CorrelationId), new TaskCompletionSource<BatchAppendResp>(TaskCreationOptions.RunContinuationsAsynchronously));
        open[id] = answer;
        try
        {
            if (broken is { } fault) throw fault;
            await waiting.Writer.WriteAsync(request, ct);
            return await answer.Task.WaitAsync(ct);
        }
        catch (ChannelClosedException)
        {
            throw broken!;
        }
        finally
        {
            open.TryRemove(id, out _);
        }
    }

    async Task Send()
    {
        await foreach (var request in waiting.Reader.ReadAllAsync(closing.Token))
        {
            // what else waits goes out in the same packet
            call.RequestStream.WriteOptions = waiting.Reader.Count > 0 ? new(WriteFlags.BufferHint) : WriteOptions.Default;
            await call.RequestStream.WriteAsync(request, closing.Token);
        }
    }

    async Task Receive()
    {
        await foreach (var answer in call.ResponseStream.ReadAllAsync(closing.Token))
        {
            if (open.TryGetValue(StoredForm.GuidOf(answer.CorrelationId), out var waits)) waits.TrySetResult(answer);
        }
        throw new RpcException(new(StatusCode.Unavailable, "The server ended the call."));
    }

    async Task UntilBroken(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception fault)
        {
            broken ??= fault as RpcException ?? new(new(StatusCode.Unavailable, $"The connection was closed ({fault.GetType().Name})."));
            waiting.Writer.TryComplete(broken);
            foreach (var answer in open.Values) answer.TrySetException(broken);
            await closing.CancelAsync();
        }
    }

    // The server may never end its side after ours: the call is cancelled, not completed.
    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await running;
        call.Dispose();
        closing.Dispose();
    }
}
