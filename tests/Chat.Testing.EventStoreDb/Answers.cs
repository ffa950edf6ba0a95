using System.Globalization;
using Chat.Infrastructure.EventStoreDb.Wire;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using BatchStatus = Chat.Infrastructure.EventStoreDb.Wire.Status;
using Code = Chat.Infrastructure.EventStoreDb.Wire.Code;
using Empty = Google.Protobuf.WellKnownTypes.Empty;
using Status = Grpc.Core.Status;

namespace Chat.Testing.EventStoreDb;

/// <summary>Refusals in the server's own words: statuses with their trailers, and the form they have within BatchAppend.</summary>
static class Answers
{
    public static RpcException StreamDeleted(string stream) => Exception(StatusCode.FailedPrecondition, "stream-deleted", $"Event stream '{stream}' is deleted.", ("stream-name", stream));

    public static RpcException WrongExpectedVersion(string stream, long expected, long actual) => Exception(
        StatusCode.FailedPrecondition, "wrong-expected-version", $"Append failed due to WrongExpectedVersion. Stream: {stream}",
        ("stream-name", stream), ("expected-version", Text(expected)), ("actual-version", Text(actual)));

    public static RpcException AccessDenied() => Exception(StatusCode.PermissionDenied, "access-denied", "Access Denied");

    public static RpcException Unauthenticated() => new(new(StatusCode.Unauthenticated, "Unauthenticated"));

    public static RpcException NotLeader(string host, int port) => Exception(
        StatusCode.NotFound, "not-leader", "Leader info available", ("leader-endpoint-host", host), ("leader-endpoint-port", Text(port)));

    public static RpcException AppendTooLarge(int limit) => Exception(
        StatusCode.InvalidArgument, "maximum-append-size-exceeded", $"Maximum Append Size of {limit} Exceeded.", ("maximum-append-size", Text(limit)));

    public static RpcException MissingMetadata() => Exception(
        StatusCode.InvalidArgument, "missing-required-metadata-property", "Required Metadata Property is missing.", ("required-metadata-properties", "type,content-type"));

    public static RpcException TimedOut() => new(new(StatusCode.Aborted, "Operation timed out: Prepare phase timeout."));

    public static RpcException NotReady() => new(new(StatusCode.Unavailable, "Server Is Not Ready"));

    public static RpcException Invalid(string what) => new(new(StatusCode.InvalidArgument, what));

    public static RpcException Thrown() => new(new(StatusCode.Unknown, "Exception was thrown by handler."));

    public static RpcException Unknown(string what) => new(new(StatusCode.Unknown, what));

    public static BatchStatus InBatch(AppendOutcome outcome, BatchAppendReq.Types.Options options) => outcome switch
    {
        AppendOutcome.WrongVersion wrong => new() { Code = Code.AlreadyExists, Message = "WrongExpectedVersion", Details = Any.Pack(WrongVersion(wrong.Current, options)) },
        _ => new() { Code = Code.NotFound, Message = "StreamDeleted", Details = Any.Pack(new StreamDeleted { StreamIdentifier = options.StreamIdentifier }) },
    };

    public static BatchStatus TimedOutInBatch() => new() { Code = Code.DeadlineExceeded, Message = "Timeout", Details = Any.Pack(new Infrastructure.EventStoreDb.Wire.Timeout()) };

    public static BatchStatus TooLargeInBatch(int limit) =>
        new() { Code = Code.InvalidArgument, Message = "MaximumAppendSizeExceeded", Details = Any.Pack(new MaximumAppendSizeExceeded { MaxAppendSize = (uint)limit }) };

    public static BatchStatus BadInBatch(string what) =>
        new() { Code = Code.InvalidArgument, Message = "BadRequest", Details = Any.Pack(new BadRequest { Message = what }) };

    public static BatchStatus DeniedInBatch() => new() { Code = Code.PermissionDenied, Message = "AccessDenied", Details = Any.Pack(new AccessDenied()) };

    static WrongExpectedVersion WrongVersion(long current, BatchAppendReq.Types.Options options)
    {
        var wrong = new WrongExpectedVersion();
        if (current < 0) wrong.CurrentNoStream = new();
        else wrong.CurrentStreamRevision = (ulong)current;
        switch (options.ExpectedStreamPositionCase)
        {
            case BatchAppendReq.Types.Options.ExpectedStreamPositionOneofCase.StreamPosition: wrong.ExpectedStreamPosition = options.StreamPosition; break;
            case BatchAppendReq.Types.Options.ExpectedStreamPositionOneofCase.Any: wrong.ExpectedAny = new Empty(); break;
            case BatchAppendReq.Types.Options.ExpectedStreamPositionOneofCase.StreamExists: wrong.ExpectedStreamExists = new Empty(); break;
            default: wrong.ExpectedNoStream = new Empty(); break;
        }
        return wrong;
    }

    static RpcException Exception(StatusCode code, string key, string message, params (string Name, string Value)[] more)
    {
        var trailers = new Metadata { { "exception", key } };
        foreach (var (name, value) in more) trailers.Add(name, value);
        return new(new Status(code, message), trailers);
    }

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
