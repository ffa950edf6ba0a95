using Chat.Application.Log;
using Chat.Domain;

namespace Chat.Application.Streams;

/// <summary>A stream's state with the clocks that go with it, as of one revision.</summary>
/// <param name="Revision">Of the last event folded; <see cref="StreamName.NoStream"/> before the first.</param>
/// <param name="Lamport">Lamport time of the last event.</param>
/// <param name="Time">Server time of the last event; the next one's is never earlier.</param>
public sealed record Folded<TState>(TState State, long Revision, LogPosition Position, long Lamport, DateTimeOffset Time);

/// <summary>How the streams of one kind are folded.</summary>
/// <param name="Snapshots">How states are kept between loads; null for streams too short to need it.</param>
public sealed record StreamCategory<TState, TEvent>(
    string Name, TState Initial, Func<TState, Recorded<TEvent>, TState> Evolve, Func<TEvent, DateTimeOffset> TimeOf, SnapshotFormat<TState>? Snapshots = null)
{
    public Folded<TState> Start => new(Initial, StreamName.NoStream, LogPosition.Start, 0, default);

    public Folded<TState> Fold(Folded<TState> before, TEvent @event, long revision, LogPosition position, long lamport) =>
        new(Evolve(before.State, new(@event, revision)), revision, position, lamport, TimeOf(@event));
}

/// <param name="Schema">Counts up whenever the written shape or the meaning of the state changes; older snapshots are then ignored.</param>
/// <param name="Every">Events between two snapshots of one stream.</param>
public sealed record SnapshotFormat<TState>(int Schema, int Every, Func<Folded<TState>, byte[]> Write, Func<ReadOnlyMemory<byte>, Folded<TState>> Read);
