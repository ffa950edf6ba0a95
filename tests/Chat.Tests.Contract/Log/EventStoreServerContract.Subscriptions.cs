using Chat.Infrastructure.EventStoreDb.Wire;
using Grpc.Core;
using Content = Chat.Infrastructure.EventStoreDb.Wire.ReadResp.ContentOneofCase;
using Expected = Chat.Infrastructure.EventStoreDb.Wire.AppendReq.Types.Options.ExpectedStreamRevisionOneofCase;
using Read = Chat.Infrastructure.EventStoreDb.Wire.ReadReq.Types.Options;

namespace Chat.Tests.Contract.Log;

public abstract partial class EventStoreServerContract
{
    /// <summary>What a subscription is told, until it has been told enough.</summary>
    async Task<List<ReadResp>> Follow(Read options, Func<List<ReadResp>, bool> enough, Func<Task>? onceLive = null)
    {
        options.Subscription = new();
        options.UuidOption = new() { String = new() };
        using var call = Server.Read(new() { Options = options }, cancellationToken: Ct);
        var told = new List<ReadResp>();
        while (!enough(told))
        {
            Assert.True(await call.ResponseStream.MoveNext(Ct).WaitAsync(Patience, Ct));
            told.Add(call.ResponseStream.Current);
            if (onceLive is not null && told[^1].ContentCase == Content.CaughtUp) await onceLive();
        }
        return told;
    }

    static bool IsLive(List<ReadResp> told) => told is [.., { ContentCase: Content.CaughtUp }];

    [Fact]
    public async Task a_subscriber_to_all_is_confirmed_given_what_is_later_than_its_position_and_told_when_that_is_all()
    {
        var prefix = AStream("wire-sub-");
        var first = (await Append(prefix, Expected.NoStream, AMessage())).Success.Position;
        var last = (await Append(prefix, 0L, AMessage())).Success.Position;

        var told = await Follow(new() { All = After(first), Filter = By(prefix) }, IsLive);
        Assert.Equal([Content.Confirmation, Content.Event], told.Take(2).Select(static message => message.ContentCase));
        Assert.Equal([1UL], Revisions(told));
        Assert.Equal([Content.Checkpoint, Content.CaughtUp], told.TakeLast(2).Select(static message => message.ContentCase));
        Assert.True(told[^2].Checkpoint.CommitPosition >= last.CommitPosition);
        Assert.True(told[^1].CaughtUp.Position.CommitPosition >= last.CommitPosition);
    }

    [Fact]
    public async Task a_filtered_subscriber_is_told_how_far_it_is_once_a_window()
    {
        const int events = 100, window = 10;
        var start = (await Append(AStream(), Expected.NoStream, AMessage())).Success.Position;
        await Append(AStream(), Expected.NoStream, [.. Enumerable.Range(0, events).Select(static _ => AMessage())]);
        var history = await Follow(new() { All = After(start), Filter = By("nobody-", window) }, IsLive);
        Assert.InRange(history.Count(static message => message.ContentCase == Content.Checkpoint), events / window, (events / window) + 2);

        var live = await Follow(
            new() { All = new() { End = new() }, Filter = By("nobody-", window) },
            static told => told.Count(static message => message.ContentCase == Content.Checkpoint) >= events / window,
            () => Append(AStream(), Expected.NoStream, [.. Enumerable.Range(0, events).Select(static _ => AMessage())]));
        Assert.Empty(Revisions(live));
    }

    [Fact]
    public async Task a_subscriber_to_a_stream_hears_also_of_one_that_is_not_there()
    {
        var stream = AStream();
        var none = await Follow(new() { Stream = new() { StreamIdentifier = Named(stream), Start = new() }, NoFilter = new() }, IsLive);
        Assert.Equal([Content.Confirmation, Content.CaughtUp], none.Select(static message => message.ContentCase));
        Assert.False(none[^1].CaughtUp.HasStreamRevision);

        await Append(stream, Expected.NoStream, AMessage(), AMessage());
        var told = await Follow(new() { Stream = new() { StreamIdentifier = Named(stream), Revision = 0 }, NoFilter = new() }, IsLive);
        Assert.Equal([1UL], Revisions(told));
        Assert.Equal(1L, told[^1].CaughtUp.StreamRevision);
    }

    [Fact]
    public async Task a_filter_for_a_subscription_has_an_interval_for_its_checkpoints()
    {
        var filter = By("a");
        filter.CheckpointIntervalMultiplier = 0;
        Assert.Equal("Unknown", await Refusal(() => Follow(new() { All = After(null), Filter = filter }, IsLive)));
    }
}
