using Chat.Infrastructure.EventStoreDb.Wire;
using Grpc.Core;
using Content = Chat.Infrastructure.EventStoreDb.Wire.ReadResp.ContentOneofCase;
using Expected = Chat.Infrastructure.EventStoreDb.Wire.AppendReq.Types.Options.ExpectedStreamRevisionOneofCase;
using Filtering = Chat.Infrastructure.EventStoreDb.Wire.ReadReq.Types.Options.Types.FilterOptions;
using Read = Chat.Infrastructure.EventStoreDb.Wire.ReadReq.Types.Options;

namespace Chat.Tests.Contract.Log;

public abstract partial class EventStoreServerContract
{
    static Filtering By(string prefix, uint window = 10) => new() { StreamIdentifier = new() { Prefix = { prefix } }, Max = window, CheckpointIntervalMultiplier = 1 };

    static Read.Types.AllOptions After(AppendResp.Types.Position? position) =>
        position is null ? new() { Start = new() } : new() { Position = new() { CommitPosition = position.CommitPosition, PreparePosition = position.PreparePosition } };

    [Fact]
    public async Task a_stream_is_read_from_a_revision_on_in_either_direction()
    {
        var stream = AStream();
        await Append(stream, Expected.NoStream, AMessage(), AMessage(), AMessage(), AMessage());
        Assert.Equal([1, 2], Revisions(await Ask(OfStream(stream, 1, 2))));
        Assert.Equal([2, 1], Revisions(await Ask(OfStream(stream, 2, 2, backwards: true))));
        Assert.Empty(await Ask(OfStream(stream, 9)));
        Assert.Equal([Content.StreamNotFound], (await Ask(OfStream(AStream()))).Select(static answer => answer.ContentCase));
    }

    [Fact]
    public async Task a_reader_of_a_newer_kind_is_told_where_the_stream_ends_and_where_to_go_on_when_there_was_nothing()
    {
        var stream = AStream();
        await Append(stream, Expected.NoStream, AMessage(), AMessage());
        var all = OfStream(stream);
        all.ControlOption = new() { Compatibility = 1 };
        Assert.Equal([Content.Event, Content.Event, Content.LastStreamPosition], (await Ask(all)).Select(static answer => answer.ContentCase));
        var beyond = OfStream(stream, 7);
        beyond.ControlOption = new() { Compatibility = 1 };
        Assert.Equal([(Content.FirstStreamPosition, 2UL), (Content.LastStreamPosition, 1UL)], (await Ask(beyond)).Select(static answer =>
            (answer.ContentCase, answer.ContentCase == Content.FirstStreamPosition ? answer.FirstStreamPosition : answer.LastStreamPosition)));
    }

    [Fact]
    public async Task reads_that_make_no_sense_are_refused()
    {
        var stream = AStream();
        await Append(stream, Expected.NoStream, AMessage());
        var (filtered, backwards) = (OfStream(stream), OfStream(stream, backwards: true));
        (filtered.Filter, backwards.Subscription) = (By("a"), new());
        Assert.Equal("InvalidArgument", await Refusal(() => Ask(filtered)));
        Assert.Equal("InvalidArgument", await Refusal(() => Ask(backwards)));
        Assert.Equal("InvalidArgument", await Refusal(() => AskAsItIs(OfStream(stream))));
        Assert.Equal("Unknown", await Refusal(() => Ask(OfStream(stream, count: 0))));
        var windowless = By("a");
        windowless.ClearWindow();
        Assert.Equal("InvalidArgument", await Refusal(() => Ask(new Read { All = After(null), Count = 1, Filter = windowless })));
    }

    [Fact]
    public async Task all_is_read_forwards_with_and_backwards_without_the_event_at_a_position_filtered_by_prefix_or_expression()
    {
        var (prefix, other) = (AStream("wire-all-"), AStream());
        var first = (await Append($"{prefix}-a", Expected.NoStream, AMessage(type: "one"))).Success.Position;
        await Append(other, Expected.NoStream, AMessage());
        var last = (await Append($"{prefix}-b", Expected.NoStream, AMessage(type: "two"))).Success.Position;

        async Task<string[]> Types(Read.Types.AllOptions from, Filtering filter, bool backwards = false) => [.. (await Ask(new Read
        {
            All = from, Count = 10, Filter = filter, ReadDirection = backwards ? Read.Types.ReadDirection.Backwards : Read.Types.ReadDirection.Forwards,
        })).Where(static answer => answer.ContentCase == Content.Event).Select(static answer => answer.Event.Event.Metadata["type"])];

        Assert.Equal(["one", "two"], await Types(After(first), By(prefix)));
        Assert.Equal(["one"], await Types(After(last), By(prefix), backwards: true));
        Assert.Equal(["two", "one"], await Types(new() { End = new() }, By(prefix), backwards: true));
        Assert.Equal(["two"], await Types(After(first), new() { EventType = new() { Regex = "^tw" }, Max = 10, CheckpointIntervalMultiplier = 1 }));
        Assert.Empty(await Types(After(new() { CommitPosition = last.CommitPosition + 1_000_000_000, PreparePosition = last.CommitPosition + 1_000_000_000 }), By(prefix)));
    }

    [Fact]
    public async Task a_position_where_nothing_begins_is_refused()
    {
        var position = (await Append(AStream(), Expected.NoStream, AMessage(), AMessage())).Success.Position;
        var between = new AppendResp.Types.Position { CommitPosition = position.CommitPosition - 3, PreparePosition = position.CommitPosition - 3 };
        var fault = await Assert.ThrowsAsync<RpcException>(() => Ask(new Read { All = After(between), Count = 1, Filter = By("a") }));
        Assert.Equal((StatusCode.Unknown, true), (fault.StatusCode, fault.Status.Detail.Contains("InvalidPosition", StringComparison.Ordinal)));

        using var call = Server.Read(new() { Options = new() { All = After(between), Subscription = new(), Filter = By("a"), UuidOption = new() { String = new() } } }, cancellationToken: Ct);
        Assert.True(await call.ResponseStream.MoveNext(Ct));
        Assert.Equal(Content.Confirmation, call.ResponseStream.Current.ContentCase);
        var refused = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Ct));
        Assert.Equal((StatusCode.InvalidArgument, true), (refused.StatusCode, refused.Status.Detail.Contains("invalid position", StringComparison.Ordinal)));
    }
}
