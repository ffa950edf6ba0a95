using Chat.Application.Conversations;
using Chat.Application.Log;

namespace Chat.Application.Streams;

/// <summary>Folds streams of one category from the log: a snapshot where there is one, and the events after it.</summary>
sealed class StreamReader<TState, TEvent>(StreamCategory<TState, TEvent> category, IEventLog log, EventCodec codec, ISnapshots snapshots)
{
    const int PageSize = 500;

    public async Task<Folded<TState>> Load(StreamName stream, CancellationToken ct)
    {
        var start = category.Snapshots is { } format && await snapshots.Read(stream, format.Schema, ct) is { } snapshot
            ? format.Read(snapshot)
            : category.Start;
        return await CatchUp(stream, start, ct);
    }

    /// <summary>The state with whatever has been appended since.</summary>
    public async Task<Folded<TState>> CatchUp(StreamName stream, Folded<TState> state, CancellationToken ct)
    {
        while (true)
        {
            var page = new List<StoredEvent>();
            await foreach (var stored in log.ReadStream(stream, state.Revision + 1, PageSize, ct)) page.Add(stored);
            foreach (var e in await codec.Decode(page, ct))
            {
                state = category.Fold(state, (TEvent)e.Event, e.Sequence, e.Position, e.Metadata.Lamport);
            }
            if (page.Count < PageSize) return state;
        }
    }

    public async Task<DecodedEvent> ReadOne(StreamName stream, long revision, CancellationToken ct)
    {
        await foreach (var stored in log.ReadStream(stream, revision, 1, ct)) return await codec.Decode(stored, ct);
        throw new LogDamagedException($"{stream} has no event {revision}, though its id is known.");
    }
}
