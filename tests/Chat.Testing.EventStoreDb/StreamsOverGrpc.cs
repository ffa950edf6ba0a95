using Chat.Infrastructure.EventStoreDb.Wire;
using Grpc.Core;
using AppendOptions = Chat.Infrastructure.EventStoreDb.Wire.AppendReq.Types.Options;

namespace Chat.Testing.EventStoreDb;

/// <summary>The service Streams: appends one by one and deletions here, appends in batches and reads in files of their own.</summary>
sealed partial class StreamsOverGrpc(Store store, Access access, Faults faults, EventStoreServer server, EventStoreServerOptions options) : Streams.StreamsBase
{
    public override async Task<AppendResp> Append(IAsyncStreamReader<AppendReq> requestStream, ServerCallContext context)
    {
        if (!await requestStream.MoveNext() || requestStream.Current.Options is not { } asked) throw Answers.Thrown();
        var stream = Wire.NameOf(asked.StreamIdentifier);
        access.Allow(context, stream);
        access.RequireLeader(context);
        var expected = asked.ExpectedStreamRevisionCase switch
        {
            AppendOptions.ExpectedStreamRevisionOneofCase.Revision => (long)asked.Revision,
            AppendOptions.ExpectedStreamRevisionOneofCase.NoStream => Expected.NoStream,
            AppendOptions.ExpectedStreamRevisionOneofCase.Any => Expected.Any,
            AppendOptions.ExpectedStreamRevisionOneofCase.StreamExists => Expected.StreamExists,
            _ => throw Answers.Invalid("The expected stream revision is not set."),
        };
        var events = new List<Proposal>();
        while (await requestStream.MoveNext())
        {
            var message = requestStream.Current.ProposedMessage;
            events.Add(Wire.Proposal(message.Id, message.Metadata, message.CustomMetadata, message.Data));
        }
        if (events.Sum(static e => e.Bytes) > options.MaxAppendBytes) throw Answers.AppendTooLarge(options.MaxAppendBytes);
        return await Write(stream, expected, events) switch
        {
            AppendOutcome.Written written => new()
            {
                Success = Revision(new() { Position = new() { CommitPosition = written.Position, PreparePosition = written.Position } }, written.Revision),
            },
            AppendOutcome.WrongVersion wrong => new() { WrongExpectedVersion = Wrong(expected, wrong.Current) },
            _ => throw Answers.StreamDeleted(stream),
        };
    }

    public override Task<DeleteResp> Delete(DeleteReq request, ServerCallContext context)
    {
        var position = Delete(request.Options.StreamIdentifier, request.Options.ExpectedStreamRevisionCase switch
        {
            DeleteReq.Types.Options.ExpectedStreamRevisionOneofCase.Revision => (long)request.Options.Revision,
            DeleteReq.Types.Options.ExpectedStreamRevisionOneofCase.NoStream => Expected.NoStream,
            DeleteReq.Types.Options.ExpectedStreamRevisionOneofCase.StreamExists => Expected.StreamExists,
            _ => Expected.Any,
        }, forGood: false, context);
        return Task.FromResult(new DeleteResp { Position = new() { CommitPosition = position, PreparePosition = position } });
    }

    public override Task<TombstoneResp> Tombstone(TombstoneReq request, ServerCallContext context)
    {
        var position = Delete(request.Options.StreamIdentifier, request.Options.ExpectedStreamRevisionCase switch
        {
            TombstoneReq.Types.Options.ExpectedStreamRevisionOneofCase.Revision => (long)request.Options.Revision,
            TombstoneReq.Types.Options.ExpectedStreamRevisionOneofCase.NoStream => Expected.NoStream,
            TombstoneReq.Types.Options.ExpectedStreamRevisionOneofCase.StreamExists => Expected.StreamExists,
            _ => Expected.Any,
        }, forGood: true, context);
        return Task.FromResult(new TombstoneResp { Position = new() { CommitPosition = position, PreparePosition = position } });
    }

    ulong Delete(StreamIdentifier identifier, long expected, bool forGood, ServerCallContext context)
    {
        var stream = Wire.NameOf(identifier);
        access.Allow(context, stream);
        access.RequireLeader(context);
        return store.Delete(stream, expected, forGood) switch
        {
            AppendOutcome.Written written => written.Position,
            AppendOutcome.WrongVersion wrong => throw Answers.WrongExpectedVersion(stream, expected, wrong.Current),
            _ => throw Answers.StreamDeleted(stream),
        };
    }

    /// <summary>Writes, and lets go wrong what is to go wrong.</summary>
    async Task<AppendOutcome> Write(string stream, long expected, IReadOnlyList<Proposal> events)
    {
        if (faults.Delay > TimeSpan.Zero) await Task.Delay(faults.Delay);
        if (faults.Drops()) Cut();
        var outcome = store.Append(stream, expected, events);
        if (outcome is AppendOutcome.Written) await store.Replicated; // what is refused is refused at once
        if (faults.LosesAnswer()) Cut();
        return faults.TimesOut() ? throw Answers.TimedOut() : outcome;
    }

    void Cut()
    {
        server.CutConnections();
        throw Answers.Thrown();
    }

    static AppendResp.Types.Success Revision(AppendResp.Types.Success success, long revision)
    {
        if (revision < 0) success.NoStream = new();
        else success.CurrentRevision = (ulong)revision;
        return success;
    }

    // Both generations of fields; in the older one "no stream" is the largest number.
    static AppendResp.Types.WrongExpectedVersion Wrong(long expected, long current)
    {
        var wrong = new AppendResp.Types.WrongExpectedVersion();
        if (current < 0) (wrong.NoStream2060, wrong.CurrentNoStream) = (new(), new());
        else wrong.CurrentRevision2060 = wrong.CurrentRevision = (ulong)current;
        switch (expected)
        {
            case Expected.Any: (wrong.Any2060, wrong.ExpectedAny) = (new(), new()); break;
            case Expected.StreamExists: (wrong.StreamExists2060, wrong.ExpectedStreamExists) = (new(), new()); break;
            case Expected.NoStream: (wrong.ExpectedRevision2060, wrong.ExpectedNoStream) = (ulong.MaxValue, new()); break;
            default: wrong.ExpectedRevision2060 = wrong.ExpectedRevision = (ulong)expected; break;
        }
        return wrong;
    }
}
