using Chat.Infrastructure.EventStoreDb.Wire;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Asked = Chat.Infrastructure.EventStoreDb.Wire.ReadReq.Types.Options;

namespace Chat.Testing.EventStoreDb;

sealed partial class StreamsOverGrpc
{
    public override Task Read(ReadReq request, IServerStreamWriter<ReadResp> responseStream, ServerCallContext context)
    {
        var asked = request.Options;
        if (asked.UuidOption is null || asked.UuidOption.ContentCase == Asked.Types.UUIDOption.ContentOneofCase.None) throw Answers.Invalid("The UUID option is not set.");
        var reading = new Reading(asked, responseStream, asked.UuidOption.ContentCase == Asked.Types.UUIDOption.ContentOneofCase.Structured, server, context.CancellationToken);
        var isSubscription = asked.CountOptionCase == Asked.CountOptionOneofCase.Subscription;
        if (!IsPossible(asked)) throw Answers.Invalid($"The combination of ({asked.StreamOptionCase}, {asked.CountOptionCase}, {asked.ReadDirection}, {asked.FilterOptionCase}) is invalid.");
        access.Allow(context, asked.StreamOptionCase == Asked.StreamOptionOneofCase.All ? null : Wire.NameOf(asked.Stream.StreamIdentifier));
        if (!isSubscription) access.RequireLeader(context);
        if (isSubscription && faults.ThrowsAtSubscriber()) throw Answers.Thrown();
        return (asked.StreamOptionCase, isSubscription) switch
        {
            (Asked.StreamOptionOneofCase.Stream, false) => ReadStream(reading),
            (Asked.StreamOptionOneofCase.All, false) => ReadAll(reading),
            (Asked.StreamOptionOneofCase.Stream, true) => SubscribeToStream(reading, context),
            _ => SubscribeToAll(reading, context),
        };
    }

    static bool IsPossible(Asked asked) => (asked.StreamOptionCase, asked.CountOptionCase, asked.ReadDirection, asked.FilterOptionCase) is
        (Asked.StreamOptionOneofCase.Stream, Asked.CountOptionOneofCase.Count, _, Asked.FilterOptionOneofCase.NoFilter)
        or (Asked.StreamOptionOneofCase.All, Asked.CountOptionOneofCase.Count, _, Asked.FilterOptionOneofCase.NoFilter or Asked.FilterOptionOneofCase.Filter)
        or (Asked.StreamOptionOneofCase.Stream, Asked.CountOptionOneofCase.Subscription, Asked.Types.ReadDirection.Forwards, Asked.FilterOptionOneofCase.NoFilter)
        or (Asked.StreamOptionOneofCase.All, Asked.CountOptionOneofCase.Subscription, Asked.Types.ReadDirection.Forwards, Asked.FilterOptionOneofCase.NoFilter or Asked.FilterOptionOneofCase.Filter);

    async Task ReadStream(Reading reading)
    {
        server.StreamRead();
        if (reading.Asked.Count == 0) throw Answers.Unknown("Unexpected ReadStreamResult: Error");
        var (start, backwards) = (reading.Asked.Stream, reading.Asked.ReadDirection == Asked.Types.ReadDirection.Backwards);
        var from = start.RevisionOptionCase switch
        {
            Asked.Types.StreamOptions.RevisionOptionOneofCase.Revision => (long)Math.Min(start.Revision, long.MaxValue),
            Asked.Types.StreamOptions.RevisionOptionOneofCase.Start => 0,
            Asked.Types.StreamOptions.RevisionOptionOneofCase.End => long.MaxValue,
            _ => throw Answers.Thrown(),
        };
        if (store.Read(Wire.NameOf(start.StreamIdentifier), from, reading.Count, backwards) is not var (events, first, last))
        {
            await reading.Send(new() { StreamNotFound = new() { StreamIdentifier = start.StreamIdentifier } });
            return;
        }
        // where there is nothing: the revision to go on from, unless that is where this began
        if (events.Count == 0 && reading.IsCompatible && !backwards && (from > last ? last + 1 : first) is var next && next != from)
        {
            await reading.Send(new() { FirstStreamPosition = (ulong)next });
        }
        foreach (var e in events) await reading.Send(Wire.Event(e, reading.StructuredIds));
        if (reading.IsCompatible) await reading.Send(new() { LastStreamPosition = (ulong)last });
    }

    async Task ReadAll(Reading reading)
    {
        var (filter, left) = (Filter.Of(reading.Asked), reading.Count);
        var backwards = reading.Asked.ReadDirection == Asked.Types.ReadDirection.Backwards;
        var index = IndexOf(reading.Asked.All) ?? throw Answers.Unknown("Unexpected ReadAllResult: InvalidPosition");
        if (backwards) index--; // what begins there comes forwards only
        while (left > 0 && index >= 0)
        {
            var page = backwards ? store.Until(index) : store.From(index).Events;
            if (page.Count == 0) return;
            foreach (var e in backwards ? page.Reverse() : page)
            {
                server.Considering();
                if (!filter.Passes(e)) continue;
                await reading.Send(Wire.Event(e, reading.StructuredIds));
                if (--left == 0) return;
            }
            if (backwards && page.Count < Store.Page) return;
            index = backwards ? store.IndexOf(page[0].Position)!.Value - 1 : index + page.Count;
        }
    }

    async Task SubscribeToStream(Reading reading, ServerCallContext context)
    {
        await Confirm(reading, context);
        var (start, stream) = (reading.Asked.Stream, Wire.NameOf(reading.Asked.Stream.StreamIdentifier));
        var next = start.RevisionOptionCase switch
        {
            Asked.Types.StreamOptions.RevisionOptionOneofCase.Revision => (long)start.Revision + 1,
            Asked.Types.StreamOptions.RevisionOptionOneofCase.Start => 0,
            Asked.Types.StreamOptions.RevisionOptionOneofCase.End => (store.Read(stream, 0, 0)?.Last ?? -1) + 1,
            _ => throw Answers.Thrown(),
        };
        for (var live = false; ;)
        {
            var more = store.From(int.MaxValue).More;
            var found = store.Read(stream, next, Store.Page);
            foreach (var e in found?.Events ?? [])
            {
                await reading.Send(Wire.Event(e, reading.StructuredIds));
                next = e.Revision + 1;
            }
            if (found?.Events.Count == Store.Page) continue;
            if (!live)
            {
                var caughtUp = new ReadResp.Types.CaughtUp { Timestamp = Timestamp.FromDateTime(DateTime.UtcNow) };
                if (found is { } known) caughtUp.StreamRevision = known.Last;
                await reading.Send(new() { CaughtUp = caughtUp });
            }
            live = true;
            await more.WaitAsync(reading.Ct);
        }
    }

    async Task SubscribeToAll(Reading reading, ServerCallContext context)
    {
        var filter = Filter.Of(reading.Asked);
        if (filter.IsFilter && reading.Asked.Filter.CheckpointIntervalMultiplier == 0) throw Answers.Thrown();
        await Confirm(reading, context);
        var index = IndexOf(reading.Asked.All) ?? throw Answers.Invalid("Trying to read from an invalid position.");
        if (reading.Asked.All.AllOptionCase == Asked.Types.AllOptions.AllOptionOneofCase.Position) index++; // that one has been handled
        var (considered, last) = (0, (Record?)null);
        for (var live = false; ;)
        {
            var (events, more) = store.From(index);
            index += events.Count;
            foreach (var e in events)
            {
                last = e;
                if (filter.Passes(e)) await reading.Send(Wire.Event(e, reading.StructuredIds));
                if (filter.IsFilter && ++considered % filter.CheckpointInterval == 0) await reading.Send(Checkpoint(e.Position));
            }
            if (events.Count == Store.Page) continue;
            if (!live)
            {
                if (filter.IsFilter) await reading.Send(Checkpoint(last?.Position ?? 0));
                var at = last?.Position ?? 0;
                await reading.Send(new()
                {
                    CaughtUp = new() { Timestamp = Timestamp.FromDateTime(DateTime.UtcNow), Position = new() { CommitPosition = at, PreparePosition = at } },
                });
            }
            live = true;
            await more.WaitAsync(reading.Ct);
        }
    }

    /// <summary>A follower confirms first and says then that it is none to follow.</summary>
    async Task Confirm(Reading reading, ServerCallContext context)
    {
        await reading.Send(new() { Confirmation = new() { SubscriptionId = Guid.NewGuid().ToString() } });
        access.RequireLeader(context);
    }

    int? IndexOf(Asked.Types.AllOptions start) => start.AllOptionCase switch
    {
        Asked.Types.AllOptions.AllOptionOneofCase.Position => start.Position.CommitPosition == start.Position.PreparePosition ? store.IndexOf(start.Position.CommitPosition) : null,
        Asked.Types.AllOptions.AllOptionOneofCase.Start => 0,
        Asked.Types.AllOptions.AllOptionOneofCase.End => store.IndexOf(ulong.MaxValue),
        _ => throw Answers.Thrown(),
    };

    static ReadResp Checkpoint(ulong position) =>
        new() { Checkpoint = new() { CommitPosition = position, PreparePosition = position, Timestamp = Timestamp.FromDateTime(DateTime.UtcNow) } };

    sealed record Reading(Asked Asked, IServerStreamWriter<ReadResp> Responses, bool StructuredIds, EventStoreServer Server, CancellationToken Ct)
    {
        public int Count => (int)Math.Min(Asked.Count, int.MaxValue);

        public bool IsCompatible => Asked.ControlOption?.Compatibility >= 1;

        // a slow reader is waited for
        public async Task Send(ReadResp response)
        {
            await Responses.WriteAsync(response, Ct);
            if (response.ContentCase == ReadResp.ContentOneofCase.Event) Server.Sent();
        }
    }
}
