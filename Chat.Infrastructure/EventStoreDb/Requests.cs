using System.Text;
using Chat.Application.Log;
using Chat.Infrastructure.EventStoreDb.Wire;
using Options = Chat.Infrastructure.EventStoreDb.Wire.ReadReq.Types.Options;
using Recorded = Chat.Infrastructure.EventStoreDb.Wire.ReadResp.Types.ReadEvent.Types.RecordedEvent;

namespace Chat.Infrastructure.EventStoreDb;

/// <summary>The reads that the log makes.</summary>
/// <param name="prefix">Of all streams of this log on the server; empty where the server is this log's alone.</param>
sealed class Requests(string prefix)
{
    // What the server writes for itself has types that begin with a dollar.
    const string NotOfTheServer = @"^[^\$].*";

    const uint Window = 1_000;

    readonly byte[] prefixBytes = Encoding.UTF8.GetBytes(prefix);

    public static ReadReq Stream(StreamIdentifier stream, long from, int count) => Of(new()
    {
        Stream = new() { StreamIdentifier = stream, Revision = (ulong)from }, Count = (ulong)count, NoFilter = new(),
    });

    public static ReadReq StreamBackwards(StreamIdentifier stream, long from, int count) => Of(new()
    {
        Stream = new() { StreamIdentifier = stream, Revision = (ulong)from },
        ReadDirection = Options.Types.ReadDirection.Backwards, Count = (ulong)count, NoFilter = new(),
    });

    /// <summary>The last event of a stream, or, where that is deleted, its revision.</summary>
    public static ReadReq LastOf(StreamIdentifier stream) => Of(new()
    {
        Stream = new() { StreamIdentifier = stream, End = new() },
        ReadDirection = Options.Types.ReadDirection.Backwards, Count = 1, NoFilter = new(), ControlOption = new() { Compatibility = 1 },
    });

    public ReadReq All(LogPosition from, StreamFilter filter, int count) => Of(new()
    {
        All = AllFrom(from), Count = (ulong)count, Filter = filter.Prefixes.Length == 0 ? Ours : Filter(new() { StreamIdentifier = new() { Prefix = { filter.Prefixes.Select(name => prefix + name) } } }),
    });

    public ReadReq LastOfAll() => Of(new()
    {
        All = new() { End = new() }, ReadDirection = Options.Types.ReadDirection.Backwards, Count = 1, Filter = Ours,
    });

    /// <summary>The last event on the server, whosever it is.</summary>
    public static ReadReq EndOfServer() => Of(new() { All = new() { End = new() }, ReadDirection = Options.Types.ReadDirection.Backwards, Count = 1, NoFilter = new() });

    /// <summary>All events of this log from a position on.</summary>
    public ReadReq From(LogPosition position) => Of(new() { All = AllFrom(position), Count = int.MaxValue, Filter = Ours });

    public bool IsOfThisLog(Recorded recorded) => prefix.Length > 0
        ? recorded.StreamIdentifier.StreamName.Span.StartsWith(prefixBytes)
        : !recorded.Metadata["type"].StartsWith('$');

    /// <summary>All events after a position, then live.</summary>
    public ReadReq Subscription(LogPosition after) => Of(new() { All = AllFrom(after), Subscription = new(), Filter = Ours });

    Options.Types.FilterOptions Ours => Filter(prefix.Length > 0 ? new() { StreamIdentifier = new() { Prefix = { prefix } } } : new() { EventType = new() { Regex = NotOfTheServer } });

    static Options.Types.FilterOptions Filter(Options.Types.FilterOptions filter)
    {
        filter.Max = Window;
        filter.CheckpointIntervalMultiplier = 1;
        return filter;
    }

    static Options.Types.AllOptions AllFrom(LogPosition position) => position == LogPosition.Start
        ? new() { Start = new() }
        : new() { Position = new() { CommitPosition = position.Commit, PreparePosition = position.Prepare } };

    static ReadReq Of(Options options)
    {
        options.UuidOption = new() { String = new() };
        return new() { Options = options };
    }
}
