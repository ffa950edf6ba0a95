using System.Text;
using Chat.Infrastructure.EventStoreDb;
using Chat.Infrastructure.EventStoreDb.Wire;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Expected = Chat.Infrastructure.EventStoreDb.Wire.AppendReq.Types.Options.ExpectedStreamRevisionOneofCase;
using Read = Chat.Infrastructure.EventStoreDb.Wire.ReadReq.Types.Options;

namespace Chat.Tests.Contract.Log;

/// <summary>
/// What EventStoreDB says on the wire, odd corners included, wherever the adapter or its tests build on it. It is asked of the server in tests/ and, with
/// CHAT_TEST_EVENTSTORE, of a real one without TLS: so the one is held to what the other does.
/// An older one is not asked: 23.10 answers six of these otherwise, and passes the contract of the log all the same.
/// </summary>
public abstract partial class EventStoreServerContract : IAsyncLifetime
{
    /// <summary>A server that never answers fails a fact and does not hold up the others.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    static readonly Version Described = new(24, 10);

    GrpcChannel channel = null!;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    Streams.StreamsClient Server => new(channel);

    protected abstract Task<string> Start();

    public async ValueTask InitializeAsync()
    {
        var settings = ConnectionString.Parse(await Start());
        Assert.SkipWhen(settings.Tls || settings.Hosts.Count > 1, "These are asked of a single server without TLS.");
        channel = GrpcChannel.ForAddress($"http://{settings}");
        var version = (await new ServerFeatures.ServerFeaturesClient(channel).GetSupportedMethodsAsync(new(), cancellationToken: Ct)).EventStoreServerVersion;
        Assert.SkipUnless(Version.TryParse(version, out var known) && known >= Described, $"This server is {version}; what is written down is what {Described} and later say.");
    }

    public virtual ValueTask DisposeAsync()
    {
        channel?.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    static string AStream(string prefix = "wire-") => $"{prefix}{Guid.NewGuid():N}";

    static StreamIdentifier Named(string stream) => new() { StreamName = ByteString.CopyFromUtf8(stream) };

    static UUID AnId() => new() { String = Guid.NewGuid().ToString() };

    static AppendReq.Types.ProposedMessage AMessage(UUID? id = null, string type = "t", int size = 2) => new()
    {
        Id = id ?? AnId(), Metadata = { ["type"] = type, ["content-type"] = "application/json" }, Data = ByteString.CopyFrom(Encoding.UTF8.GetBytes(new string('1', size))),
    };

    /// <summary>An append by a call of its own.</summary>
    async Task<AppendResp> Append(string stream, Expected expected, params AppendReq.Types.ProposedMessage[] messages) => await Append(stream, expected, 0, messages);

    async Task<AppendResp> Append(string stream, long revision, params AppendReq.Types.ProposedMessage[] messages) =>
        await Append(stream, Expected.Revision, (ulong)revision, messages);

    async Task<AppendResp> Append(string stream, Expected expected, ulong revision, AppendReq.Types.ProposedMessage[] messages)
    {
        var options = new AppendReq.Types.Options { StreamIdentifier = Named(stream) };
        switch (expected)
        {
            case Expected.Revision: options.Revision = revision; break;
            case Expected.NoStream: options.NoStream = new(); break;
            case Expected.Any: options.Any = new(); break;
            case Expected.StreamExists: options.StreamExists = new(); break;
            default: break; // left out
        }
        using var call = Server.Append(cancellationToken: Ct);
        await call.RequestStream.WriteAsync(new() { Options = options }, Ct);
        foreach (var message in messages) await call.RequestStream.WriteAsync(new() { ProposedMessage = message }, Ct);
        await call.RequestStream.CompleteAsync();
        return await call.ResponseAsync;
    }

    Task<List<ReadResp>> Ask(Read options)
    {
        options.UuidOption = new() { String = new() };
        return AskAsItIs(options);
    }

    async Task<List<ReadResp>> AskAsItIs(Read options)
    {
        using var call = Server.Read(new() { Options = options }, deadline: DateTime.UtcNow + Patience, cancellationToken: Ct);
        var answers = new List<ReadResp>();
        await foreach (var answer in call.ResponseStream.ReadAllAsync(Ct)) answers.Add(answer);
        return answers;
    }

    static Read OfStream(string stream, ulong from = 0, ulong count = 100, bool backwards = false) => new()
    {
        Stream = new() { StreamIdentifier = Named(stream), Revision = from }, Count = count, NoFilter = new(),
        ReadDirection = backwards ? Read.Types.ReadDirection.Backwards : Read.Types.ReadDirection.Forwards,
    };

    static List<ulong> Revisions(IEnumerable<ReadResp> answers) =>
        [.. answers.Where(static answer => answer.ContentCase == ReadResp.ContentOneofCase.Event).Select(static answer => answer.Event.Event.StreamRevision)];

    /// <summary>How a call is refused: its status and what stands in the trailers.</summary>
    static async Task<string> Refusal(Func<Task> call)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(call);
        string[] named = ["exception", "stream-name", "expected-version", "actual-version", "maximum-append-size", "required-metadata-properties"];
        return string.Join(' ', [fault.StatusCode.ToString(), .. named.Select(name => fault.Trailers.GetValue(name) is { } value ? $"{name}={value}" : null).OfType<string>()]);
    }
}
