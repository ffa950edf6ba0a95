using Chat.Application.Log;
using Chat.Infrastructure.EventStoreDb.Wire;
using Grpc.Core;

namespace Chat.Infrastructure.EventStoreDb;

/// <summary>
/// A subscription that outlives its connections: it goes on from the last event it was given. Whoever reads slowly makes the server wait: nothing is
/// buffered here beyond what HTTP/2 lets through.
/// </summary>
sealed class Subscription(Cluster cluster, Requests requests, LogPosition after) : IAsyncDisposable
{
    AsyncServerStreamingCall<ReadResp>? call;

    /// <summary>Of the last event that was given.</summary>
    public LogPosition Position { get; private set; } = after;

    public async Task<ReadResp> Next(CancellationToken ct)
    {
        for (var pause = Cluster.FirstPause; ; pause = Cluster.Longer(pause))
        {
            Node? node = null;
            try
            {
                node = await cluster.Current(ct);
                call ??= node.Streams.Read(requests.Subscription(Position), cancellationToken: ct);
                if (!await call.ResponseStream.MoveNext(ct)) throw new RpcException(new(StatusCode.Unavailable, "The server ended the subscription."));

                var message = call.ResponseStream.Current;
                if (message.ContentCase == ReadResp.ContentOneofCase.Event) Position = StoredForm.PositionOf(message.Event.Event);
                return message;
            }
            catch (RpcException) when (ct.IsCancellationRequested)
            {
                throw new OperationCanceledException(ct);
            }
            catch (RpcException fault) when (ServerFaults.IsInvalidPosition(fault))
            {
                throw new LogDamagedException($"{Position} is no position of this log: it comes from another one.");
            }
            catch (Exception fault) when (ServerFaults.SettingIn(fault) is { } setting)
            {
                throw new LogUnavailableException(setting.Message, fault);
            }
            catch (Exception fault) when (!ct.IsCancellationRequested && ServerFaults.IsTransient(fault))
            {
                cluster.Lost(node, fault);
            }
            catch (RpcException fault)
            {
                throw cluster.Refused(fault);
            }
            await DisposeAsync();
            await Task.Delay(pause, ct);
        }
    }

    public ValueTask DisposeAsync()
    {
        call?.Dispose();
        call = null;
        return ValueTask.CompletedTask;
    }
}
