using Chat.Infrastructure.EventStoreDb.Wire;
using Grpc.Core;
using Expected = Chat.Infrastructure.EventStoreDb.Wire.AppendReq.Types.Options.ExpectedStreamRevisionOneofCase;

namespace Chat.Tests.Contract.Log;

public abstract partial class EventStoreServerContract
{
    [Fact]
    public async Task features_and_gossip_are_told_to_everybody()
    {
        var features = await new ServerFeatures.ServerFeaturesClient(channel).GetSupportedMethodsAsync(new(), cancellationToken: Ct);
        var batch = Assert.Single(features.Methods, static method => method is { ServiceName: "event_store.client.streams.streams", MethodName: "batchappend" });
        Assert.Equal(["deadline_duration"], batch.Features);

        var member = Assert.Single((await new Gossip.GossipClient(channel).ReadAsync(new(), cancellationToken: Ct)).Members);
        Assert.Equal((MemberInfo.Types.VNodeState.Leader, true), (member.State, member.IsAlive));
    }

    [Fact]
    public async Task an_append_is_answered_with_the_last_revision_and_position()
    {
        var stream = AStream();
        var answer = (await Append(stream, Expected.NoStream, AMessage(), AMessage())).Success;
        var last = (await Ask(OfStream(stream, 1)))[0].Event.Event;

        Assert.Equal(1UL, answer.CurrentRevision);
        Assert.Equal((last.CommitPosition, last.PreparePosition), (answer.Position.CommitPosition, answer.Position.PreparePosition));
        Assert.Equal(last.CommitPosition, last.PreparePosition);
    }

    [Fact]
    public async Task another_revision_than_expected_is_told_in_both_generations_of_fields()
    {
        var stream = AStream();
        var nothing = (await Append(stream, 5, AMessage())).WrongExpectedVersion;
        Assert.NotNull(nothing.CurrentNoStream);
        Assert.NotNull(nothing.NoStream2060);
        Assert.Equal((5UL, 5UL), (nothing.ExpectedRevision, nothing.ExpectedRevision2060));

        await Append(stream, Expected.NoStream, AMessage());
        var there = (await Append(stream, Expected.NoStream, AMessage())).WrongExpectedVersion;
        Assert.Equal((0UL, 0UL, ulong.MaxValue), (there.CurrentRevision, there.CurrentRevision2060, there.ExpectedRevision2060));
        Assert.NotNull(there.ExpectedNoStream);
        Assert.Equal(AppendResp.ResultOneofCase.WrongExpectedVersion, (await Append(AStream(), Expected.StreamExists, AMessage())).ResultCase);
    }

    [Fact]
    public async Task a_repeat_is_known_by_its_ids_where_they_follow_what_was_expected_and_nowhere_else()
    {
        var (stream, one, two) = (AStream(), AMessage(), AMessage());
        var first = (await Append(stream, Expected.NoStream, one, two)).Success;
        await Append(stream, 1, AMessage());

        Assert.Equal(first, (await Append(stream, Expected.NoStream, one, two)).Success);
        Assert.Equal(first, (await Append(stream, Expected.Any, one, two)).Success);
        Assert.Equal(0UL, (await Append(stream, Expected.NoStream, one)).Success.CurrentRevision);
        Assert.Equal(1UL, (await Append(stream, 0L, two)).Success.CurrentRevision);
        Assert.Equal(2UL, (await Append(stream, 1, two)).WrongExpectedVersion.CurrentRevision);
        Assert.Equal(AppendResp.ResultOneofCase.WrongExpectedVersion, (await Append(stream, Expected.NoStream, one, AMessage())).ResultCase);
        Assert.Equal(AppendResp.ResultOneofCase.WrongExpectedVersion, (await Append(stream, Expected.Any, one, AMessage())).ResultCase);
        Assert.Equal(3UL, (await Append(stream, 2, one)).Success.CurrentRevision); // at the stream's end the id is not looked for
    }

    [Fact]
    public async Task an_append_of_nothing_checks_the_revision_too()
    {
        var stream = AStream();
        Assert.Equal(AppendResp.Types.Success.CurrentRevisionOptionOneofCase.NoStream, (await Append(stream, Expected.NoStream)).Success.CurrentRevisionOptionCase);
        await Append(stream, Expected.NoStream, AMessage(), AMessage());
        Assert.Equal(1UL, (await Append(stream, 1)).Success.CurrentRevision);
        Assert.Equal(AppendResp.ResultOneofCase.WrongExpectedVersion, (await Append(stream, 7)).ResultCase);
    }

    [Fact]
    public async Task an_append_is_as_large_as_data_and_metadata_and_twice_its_types_and_the_limit_is_a_mebibyte()
    {
        const int limit = 1024 * 1024;
        Assert.Equal(0UL, (await Append(AStream(), Expected.NoStream, AMessage(size: limit - 2))).Success.CurrentRevision);
        Assert.Equal(
            $"InvalidArgument exception=maximum-append-size-exceeded maximum-append-size={limit}",
            await Refusal(() => Append(AStream(), Expected.NoStream, AMessage(size: limit - 1))));
    }

    [Fact]
    public async Task what_is_malformed_is_refused()
    {
        var untyped = AMessage();
        untyped.Metadata.Clear();
        Assert.Equal(
            "InvalidArgument exception=missing-required-metadata-property required-metadata-properties=type,content-type", await Refusal(() => Append(AStream(), Expected.Any, untyped)));
        Assert.Equal("InvalidArgument", await Refusal(() => Append(AStream(), Expected.None, AMessage())));
        Assert.Equal("Unknown", await Refusal(() => Append("", Expected.Any, AMessage())));
    }

    [Fact]
    public async Task a_deleted_stream_is_not_there_and_goes_on_and_a_tombstoned_one_is_gone_for_good()
    {
        var stream = AStream();
        DeleteReq Deletion(bool exists) => new() { Options = exists ? new() { StreamIdentifier = Named(stream), StreamExists = new() } : new() { StreamIdentifier = Named(stream), Any = new() } };
        Assert.Equal(
            $"FailedPrecondition exception=wrong-expected-version stream-name={stream} expected-version=-2 actual-version=-1",
            await Refusal(async () => await Server.DeleteAsync(Deletion(exists: false), cancellationToken: Ct)));
        await Append(stream, Expected.NoStream, AMessage(), AMessage());
        await Server.DeleteAsync(Deletion(exists: true), cancellationToken: Ct);

        Assert.Equal([ReadResp.ContentOneofCase.StreamNotFound], (await Ask(OfStream(stream))).Select(static answer => answer.ContentCase));
        Assert.Equal(
            $"FailedPrecondition exception=stream-deleted stream-name={stream}", await Refusal(async () => await Server.DeleteAsync(Deletion(exists: true), cancellationToken: Ct)));
        Assert.Equal(2UL, (await Append(stream, Expected.NoStream, AMessage())).Success.CurrentRevision);
        Assert.Equal([2UL], Revisions(await Ask(OfStream(stream))));

        await Server.TombstoneAsync(new() { Options = new() { StreamIdentifier = Named(stream), Any = new() } }, cancellationToken: Ct);
        var gone = $"FailedPrecondition exception=stream-deleted stream-name={stream}";
        Assert.Equal(gone, await Refusal(() => Append(stream, Expected.Any, AMessage())));
        Assert.Equal(gone, await Refusal(() => Ask(OfStream(stream))));
    }

    [Fact]
    public async Task metadata_of_a_stream_hides_its_beginning_at_once_and_not_its_last_revision()
    {
        var stream = AStream();
        await Append(stream, Expected.NoStream, AMessage(), AMessage(), AMessage());
        var hidden = AMessage(type: "$metadata");
        hidden.Data = Google.Protobuf.ByteString.CopyFromUtf8("""{"$tb":3}""");
        await Append($"$${stream}", Expected.Any, hidden);

        var hiddenAll = OfStream(stream);
        hiddenAll.ControlOption = new() { Compatibility = 1 };
        Assert.Equal([(ReadResp.ContentOneofCase.FirstStreamPosition, 3UL), (ReadResp.ContentOneofCase.LastStreamPosition, 0UL)], (await Ask(hiddenAll)).Select(static answer => (answer.ContentCase, answer.FirstStreamPosition)));
        var last = OfStream(stream, ulong.MaxValue, 1, backwards: true);
        (last.Stream.End, last.ControlOption) = (new(), new() { Compatibility = 1 });
        Assert.Equal([(ReadResp.ContentOneofCase.LastStreamPosition, 2UL)], (await Ask(last)).Select(static answer => (answer.ContentCase, answer.LastStreamPosition)));
        Assert.Equal(2UL, (await Append(stream, Expected.NoStream, AMessage())).WrongExpectedVersion.CurrentRevision);
        Assert.Equal(3UL, (await Append(stream, 2, AMessage())).Success.CurrentRevision);
        Assert.Equal([3UL], Revisions(await Ask(OfStream(stream))));
    }
}
