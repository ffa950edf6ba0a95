using System.Collections.Concurrent;
using Chat.Infrastructure.EventStoreDb.Wire;
using Grpc.Core;
using Options = Chat.Infrastructure.EventStoreDb.Wire.BatchAppendReq.Types.Options;

namespace Chat.Testing.EventStoreDb;

sealed partial class StreamsOverGrpc
{
    static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(2);

    public override async Task BatchAppend(IAsyncStreamReader<BatchAppendReq> requestStream, IServerStreamWriter<BatchAppendResp> responseStream, ServerCallContext context)
    {
        var open = new ConcurrentDictionary<Guid, OpenAppend>();
        using var writing = new SemaphoreSlim(1, 1);

        async Task Answer(BatchAppendResp answer)
        {
            await writing.WaitAsync(context.CancellationToken);
            try
            {
                await responseStream.WriteAsync(answer);
            }
            finally
            {
                writing.Release();
            }
        }

        while (await requestStream.MoveNext())
        {
            var request = requestStream.Current;
            access.RequireLeader(context); // the whole call fails
            var id = Wire.IdOf(request.CorrelationId);
            if (id == Guid.Empty)
            {
                await Answer(new() { CorrelationId = request.CorrelationId, Error = Answers.BadInBatch("The correlation id is empty.") });
                continue;
            }
            if (request.Options is { } options)
            {
                if (DeadlineOf(options) <= TimeSpan.Zero)
                {
                    await Answer(new() { CorrelationId = request.CorrelationId, StreamIdentifier = options.StreamIdentifier, Error = Answers.TimedOutInBatch() });
                    continue;
                }
                var begun = open[id] = new(options, new(DeadlineOf(options)));
                // an append that is never finished: its id comes back in the other form
                begun.Deadline.Token.Register(() =>
                {
                    if (open.TryRemove(id, out _)) _ = Answer(new() { CorrelationId = Wire.Structured(id), StreamIdentifier = options.StreamIdentifier, Error = Answers.TimedOutInBatch() });
                });
            }
            if (!open.TryGetValue(id, out var append)) continue; // of an append that was never begun: passed over in silence
            append.Messages.AddRange(request.ProposedMessages);
            if (!request.IsFinal || !open.TryRemove(id, out _)) continue;
            append.Deadline.Dispose();
            _ = Finish(request.CorrelationId, append, Answer, context); // written in the order they come, answered as they are done
        }
        // Once the client has said all, the server keeps its side open until the call is cancelled.
        await Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, context.CancellationToken).ContinueWith(static _ => { }, TaskScheduler.Default);
    }

    async Task Finish(UUID correlation, OpenAppend append, Func<BatchAppendResp, Task> answer, ServerCallContext context)
    {
        try
        {
            var result = await Result(append, context);
            (result.CorrelationId, result.StreamIdentifier) = (correlation, append.Options.StreamIdentifier); // of the expected position nothing comes back
            await answer(result);
        }
        catch (Exception) when (!context.CancellationToken.IsCancellationRequested)
        {
            context.GetHttpContext().Abort(); // the call ends for all that is open in it
        }
        catch (Exception) when (context.CancellationToken.IsCancellationRequested)
        {
            // whoever asked has gone
        }
    }

    async Task<BatchAppendResp> Result(OpenAppend append, ServerCallContext context)
    {
        if (append.Options.StreamIdentifier is not { StreamName.IsEmpty: false }) return new() { Error = Answers.BadInBatch("The stream has no name.") };
        var stream = Wire.NameOf(append.Options.StreamIdentifier);
        try
        {
            access.Allow(context, stream);
            if (append.Messages.Exists(static message => !message.Metadata.ContainsKey("type") || !message.Metadata.ContainsKey("content-type")))
            {
                return new() { Error = Answers.BadInBatch("Required metadata is missing.") };
            }
            if (ExpectedOf(append.Options) is not { } expected) return new() { Error = Answers.BadInBatch("The expected stream position is not set.") };

            var events = append.Messages.ConvertAll(static message => Wire.Proposal(message.Id, message.Metadata, message.CustomMetadata, message.Data));
            if (events.Sum(static e => e.Bytes) > options.MaxAppendBytes) return new() { Error = Answers.TooLargeInBatch(options.MaxAppendBytes) };
            return await Write(stream, expected, events) switch
            {
                AppendOutcome.Written written => new() { Success = Success(written) },
                var refused => new() { Error = Answers.InBatch(refused, append.Options) },
            };
        }
        catch (RpcException fault) when (fault.StatusCode is StatusCode.Aborted)
        {
            return new() { Error = Answers.TimedOutInBatch() };
        }
        catch (RpcException fault) when (fault.StatusCode is StatusCode.PermissionDenied)
        {
            return new() { Error = Answers.DeniedInBatch() };
        }
    }

    static BatchAppendResp.Types.Success Success(AppendOutcome.Written written)
    {
        var success = new BatchAppendResp.Types.Success { Position = new() { CommitPosition = written.Position, PreparePosition = written.Position } };
        if (written.Revision < 0) success.NoStream = new();
        else success.CurrentRevision = (ulong)written.Revision;
        return success;
    }

    static TimeSpan DeadlineOf(Options options) => options.DeadlineOptionCase switch
    {
        Options.DeadlineOptionOneofCase.Deadline => Shorter(options.Deadline.ToTimeSpan()),
        Options.DeadlineOptionOneofCase.Deadline21100 => Shorter(options.Deadline21100.ToDateTime() - DateTime.UtcNow),
        _ => WriteTimeout,
    };

    static TimeSpan Shorter(TimeSpan asked) => asked < WriteTimeout ? asked : WriteTimeout;

    static long? ExpectedOf(Options options) => options.ExpectedStreamPositionCase switch
    {
        Options.ExpectedStreamPositionOneofCase.StreamPosition => (long)options.StreamPosition,
        Options.ExpectedStreamPositionOneofCase.NoStream => Expected.NoStream,
        Options.ExpectedStreamPositionOneofCase.Any => Expected.Any,
        Options.ExpectedStreamPositionOneofCase.StreamExists => Expected.StreamExists,
        _ => null,
    };

    sealed record OpenAppend(Options Options, CancellationTokenSource Deadline)
    {
        public List<BatchAppendReq.Types.ProposedMessage> Messages { get; } = [];
    }
}
