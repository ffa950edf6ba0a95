using System.Security.Cryptography;
using Chat.Application.Log;
using Chat.Infrastructure.EventStoreDb.Wire;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Code = Chat.Infrastructure.EventStoreDb.Wire.Code;
using Empty = Chat.Infrastructure.EventStoreDb.Wire.Empty;

namespace Chat.Infrastructure.EventStoreDb;

/// <summary>One append as the server sees it: repeated unchanged, it is answered with its first result.</summary>
/// <param name="Expected">The stream's last revision, or <see cref="StreamName.NoStream"/>; null where any will do.</param>
sealed record AppendCall(StreamIdentifier Stream, long? Expected, IReadOnlyList<BatchAppendReq.Types.ProposedMessage> Events);

/// <summary>A way in which a server takes appends.</summary>
interface IAppends : IAsyncDisposable
{
    /// <returns>A conflict names the revision that the server decides by, which readers may not see yet.</returns>
    Task<AppendResult> Append(AppendCall append, CancellationToken ct);
}

static class ServerAppends
{
    const string Service = "event_store.client.streams.streams";

    /// <summary>All appends over one call where the server can do that, else a call each.</summary>
    public static async Task<IAppends> Of(Streams.StreamsClient streams, ServerFeatures.ServerFeaturesClient features, TimeSpan timeout)
    {
        SupportedMethods supported;
        try
        {
            var deadline = timeout == System.Threading.Timeout.InfiniteTimeSpan ? (DateTime?)null : DateTime.UtcNow + timeout;
            supported = await features.GetSupportedMethodsAsync(new Empty(), deadline: deadline);
        }
        catch (RpcException fault) when (fault.StatusCode == StatusCode.Unimplemented)
        {
            return new SingleAppends(streams); // before 21.6
        }
        return supported.Methods.FirstOrDefault(static method => method is { ServiceName: Service, MethodName: "batchappend" }) is { } batch
            ? new PipelinedAppends(streams, batch.Features.Contains("deadline_duration"))
            : new SingleAppends(streams);
    }
}

/// <summary>A call an append.</summary>
sealed class SingleAppends(Streams.StreamsClient streams) : IAppends
{
    public async Task<AppendResult> Append(AppendCall append, CancellationToken ct)
    {
        using var call = streams.Append(cancellationToken: ct);
        await call.RequestStream.WriteAsync(new() { Options = Options(append) }, ct);
        foreach (var e in append.Events)
        {
            await call.RequestStream.WriteAsync(new() { ProposedMessage = new() { Id = e.Id, Metadata = { e.Metadata }, CustomMetadata = e.CustomMetadata, Data = e.Data } }, ct);
        }
        await call.RequestStream.CompleteAsync();
        var answer = await call.ResponseAsync;
        if (answer.ResultCase == AppendResp.ResultOneofCase.Success)
        {
            return new AppendResult.Appended((long)answer.Success.CurrentRevision, new(answer.Success.Position.CommitPosition, answer.Success.Position.PreparePosition));
        }
        var wrong = answer.WrongExpectedVersion;
        return new AppendResult.Conflict(wrong.HasCurrentRevision ? (long)wrong.CurrentRevision : StreamName.NoStream);
    }

    static AppendReq.Types.Options Options(AppendCall append)
    {
        var options = new AppendReq.Types.Options { StreamIdentifier = append.Stream };
        if (append.Expected is not { } expected) options.Any = new();
        else if (expected == StreamName.NoStream) options.NoStream = new();
        else options.Revision = (ulong)expected;
        return options;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>All appends of this node over one long call, as many under way as there are; begun anew when it breaks.</summary>
sealed class PipelinedAppends(Streams.StreamsClient streams, bool deadlineIsDuration) : IAppends
{
    // The server cuts it down to its own write time-out (2 s unless configured); this only bounds that from above.
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    readonly Lock sync = new();
    AppendPipe? pipe;

    public async Task<AppendResult> Append(AppendCall append, CancellationToken ct)
    {
        var answer = await Pipe().Ask(Request(append), ct);
        if (answer.ResultCase == BatchAppendResp.ResultOneofCase.Success)
        {
            return new AppendResult.Appended((long)answer.Success.CurrentRevision, new(answer.Success.Position.CommitPosition, answer.Success.Position.PreparePosition));
        }
        if (answer.Error.Code == Code.AlreadyExists) return new AppendResult.Conflict(CurrentIn(answer.Error));
        throw FaultOf(answer.Error);
    }

    AppendPipe Pipe()
    {
        lock (sync)
        {
            if (pipe is { IsBroken: true })
            {
                _ = pipe.DisposeAsync().AsTask();
                pipe = null;
            }
            return pipe ??= new(streams);
        }
    }

    BatchAppendReq Request(AppendCall append)
    {
        var options = new BatchAppendReq.Types.Options { StreamIdentifier = append.Stream };
        if (append.Expected is not { } expected) options.Any = new();
        else if (expected == StreamName.NoStream) options.NoStream = new();
        else options.StreamPosition = (ulong)expected;
        if (deadlineIsDuration) options.Deadline = Duration.FromTimeSpan(Deadline);
        else options.Deadline21100 = Timestamp.FromDateTime(DateTime.UtcNow + Deadline);
        return new() { CorrelationId = StoredForm.IdOf(Guid.NewGuid()), Options = options, ProposedMessages = { append.Events }, IsFinal = true };
    }

    static long CurrentIn(Wire.Status error) =>
        error.Details.TryUnpack<WrongExpectedVersion>(out var wrong) && wrong.HasCurrentStreamRevision ? (long)wrong.CurrentStreamRevision : StreamName.NoStream;

    // Within the call a failure is no status of the call; here it becomes the status that a call of its own would have had.
    static RpcException FaultOf(Wire.Status error) => new(new((error.Code, error.Message) switch
    {
        (Code.Ok, _) => StatusCode.Unavailable, // "Server Is Not Ready", "Server Is Busy"
        (Code.DeadlineExceeded, _) => StatusCode.Aborted,
        var (code, _) => (StatusCode)(int)code,
    }, error.Message));

    public ValueTask DisposeAsync() => pipe?.DisposeAsync() ?? ValueTask.CompletedTask;
}
