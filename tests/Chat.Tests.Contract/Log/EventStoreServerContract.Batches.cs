using Chat.Infrastructure.EventStoreDb.Wire;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Options = Chat.Infrastructure.EventStoreDb.Wire.BatchAppendReq.Types.Options;

namespace Chat.Tests.Contract.Log;

public abstract partial class EventStoreServerContract
{
    static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(2);

    static BatchAppendReq ABatch(Options options, UUID? correlation = null, bool isFinal = true, params AppendReq.Types.ProposedMessage[] messages) => new()
    {
        CorrelationId = correlation ?? AnId(), Options = options, IsFinal = isFinal,
        ProposedMessages = { messages.Select(static message => new BatchAppendReq.Types.ProposedMessage { Id = message.Id, Metadata = { message.Metadata }, Data = message.Data }) },
    };

    static Options To(string stream) => new() { StreamIdentifier = Named(stream), NoStream = new(), Deadline = Duration.FromTimeSpan(TimeSpan.FromSeconds(10)) };

    async Task<BatchAppendResp> Ask(BatchAppendReq request)
    {
        using var call = Server.BatchAppend(cancellationToken: Ct);
        await call.RequestStream.WriteAsync(request, Ct);
        Assert.True(await call.ResponseStream.MoveNext(Ct));
        return call.ResponseStream.Current;
    }

    static string Told(BatchAppendResp answer) => answer.Error is { } error ? $"{error.Code} {error.Message} {error.Details.TypeUrl}" : "success";

    [Fact]
    public async Task a_batch_is_answered_by_its_correlation_id_and_says_nothing_of_what_it_expected()
    {
        var (stream, id) = (AStream(), AnId());
        var answer = await Ask(ABatch(To(stream), id, true, AMessage(), AMessage()));
        Assert.Equal(id, answer.CorrelationId);
        Assert.Equal((1UL, BatchAppendResp.ExpectedStreamPositionOneofCase.None), (answer.Success.CurrentRevision, answer.ExpectedStreamPositionCase));
        Assert.Equal((await Ask(OfStream(stream, 1)))[0].Event.Event.CommitPosition, answer.Success.Position.CommitPosition);
    }

    [Fact]
    public async Task a_batch_that_expected_another_revision_says_where_the_stream_is_and_the_next_one_goes_on()
    {
        var stream = AStream();
        await Append(stream, AppendReq.Types.Options.ExpectedStreamRevisionOneofCase.NoStream, AMessage(), AMessage());
        using var call = Server.BatchAppend(cancellationToken: Ct);
        var options = To(stream);
        options.StreamPosition = 9;
        await call.RequestStream.WriteAsync(ABatch(options, messages: AMessage()), Ct);
        Assert.True(await call.ResponseStream.MoveNext(Ct));
        Assert.Equal("AlreadyExists WrongExpectedVersion type.googleapis.com/event_store.client.WrongExpectedVersion", Told(call.ResponseStream.Current));
        var wrong = call.ResponseStream.Current.Error.Details.Unpack<WrongExpectedVersion>();
        Assert.Equal((1UL, 9UL), (wrong.CurrentStreamRevision, wrong.ExpectedStreamPosition));

        var nowhere = (await Ask(ABatch(new(options) { StreamIdentifier = Named(AStream()) }, messages: AMessage()))).Error.Details.Unpack<WrongExpectedVersion>();
        Assert.Equal(WrongExpectedVersion.CurrentStreamRevisionOptionOneofCase.CurrentNoStream, nowhere.CurrentStreamRevisionOptionCase);

        options.StreamPosition = 1;
        await call.RequestStream.WriteAsync(ABatch(options, messages: AMessage()), Ct);
        Assert.True(await call.ResponseStream.MoveNext(Ct));
        Assert.Equal(2UL, call.ResponseStream.Current.Success.CurrentRevision);
    }

    [Fact]
    public async Task a_batch_may_come_in_pieces()
    {
        var (stream, id) = (AStream(), AnId());
        using var call = Server.BatchAppend(cancellationToken: Ct);
        await call.RequestStream.WriteAsync(ABatch(To(stream), id, false, AMessage()), Ct);
        await call.RequestStream.WriteAsync(new() { CorrelationId = AnId(), IsFinal = true }, Ct); // of none that has begun: passed over
        var rest = ABatch(To(stream), id, true, AMessage());
        rest.Options = null;
        await call.RequestStream.WriteAsync(rest, Ct);
        Assert.True(await call.ResponseStream.MoveNext(Ct));
        Assert.Equal((id, 1UL), (call.ResponseStream.Current.CorrelationId, call.ResponseStream.Current.Success.CurrentRevision));
    }

    [Fact]
    public async Task what_is_wrong_with_a_batch_is_told_in_its_answer()
    {
        const string bad = "InvalidArgument BadRequest type.googleapis.com/event_store.client.BadRequest";
        var (untyped, unset, late) = (AMessage(), To(AStream()), To(AStream()));
        untyped.Metadata.Clear();
        unset.ClearExpectedStreamPosition();
        late.Deadline = Duration.FromTimeSpan(TimeSpan.Zero);

        Assert.Equal(bad, Told(await Ask(ABatch(To(AStream()), messages: untyped))));
        Assert.Equal(bad, Told(await Ask(ABatch(To(""), messages: AMessage()))));
        Assert.Equal(bad, Told(await Ask(ABatch(unset, messages: AMessage()))));
        Assert.Equal(bad, Told(await Ask(ABatch(To(AStream()), new() { String = Guid.Empty.ToString() }, messages: AMessage()))));
        Assert.Equal("DeadlineExceeded Timeout type.googleapis.com/event_store.client.Timeout", Told(await Ask(ABatch(late, messages: AMessage()))));
        Assert.Equal(
            "InvalidArgument MaximumAppendSizeExceeded type.googleapis.com/event_store.client.MaximumAppendSizeExceeded",
            Told(await Ask(ABatch(To(AStream()), messages: AMessage(size: 1024 * 1024)))));
    }

    [Fact]
    public async Task a_batch_that_is_never_finished_is_timed_out_and_its_id_comes_back_in_the_other_form()
    {
        var id = AnId();
        var answer = await Ask(ABatch(To(AStream()), id, false, AMessage())).WaitAsync(WriteTimeout * 5, Ct);
        Assert.Equal("DeadlineExceeded Timeout type.googleapis.com/event_store.client.Timeout", Told(answer));
        Assert.Equal(UUID.ValueOneofCase.Structured, answer.CorrelationId.ValueCase);
    }

    [Fact]
    public async Task once_all_is_answered_the_server_keeps_its_side_open_though_the_client_has_said_all()
    {
        using var call = Server.BatchAppend(cancellationToken: Ct);
        await call.RequestStream.WriteAsync(ABatch(To(AStream()), messages: AMessage()), Ct);
        Assert.True(await call.ResponseStream.MoveNext(Ct));
        await call.RequestStream.CompleteAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => call.ResponseStream.MoveNext(Ct).WaitAsync(TimeSpan.FromSeconds(1), Ct));
    }
}
