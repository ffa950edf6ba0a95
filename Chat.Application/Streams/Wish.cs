using Chat.Application.Log;
using Chat.Domain;

namespace Chat.Application.Streams;

/// <summary>One command as a gate sees it.</summary>
/// <param name="Key">Event ids derive from it and the stream, so the log recognises a repeat.</param>
/// <param name="Clock">The sender's Lamport clock.</param>
/// <param name="Recall">Brings an old message's head into the state, for a decision that asks for it.</param>
/// <param name="AnswerRepeat">The decision when the log holds this wish's event already.</param>
/// <param name="FindFirst">Where it stands in the stream already, when the state cannot know; null when it does not. Absent where the state always knows.</param>
sealed record Wish<TState, TEvent>(
    Guid Key,
    UserId By,
    DeviceId? Device,
    long Clock,
    Func<TState, DateTimeOffset, Decision<TEvent>> Decide,
    Func<TState, MessageId, CancellationToken, Task<TState>> Recall,
    Func<Recorded<TEvent>, Decision<TEvent>> AnswerRepeat,
    Func<TState, CancellationToken, Task<long?>>? FindFirst = null)
{
    public Guid EventId(StreamName stream, int index) => NameBasedGuid.Create(EventIds, $"{stream.Value}/{Key:N}/{index}");

    /// <summary>Asks for nothing; settling it checks the state against the log.</summary>
    public static readonly Wish<TState, TEvent> ToLook = new(
        default, default, null, 0, static (_, _) => Decision<TEvent>.Nothing, static (state, _, _) => Task.FromResult(state), static _ => Decision<TEvent>.Nothing);

    static readonly Guid EventIds = new("5f0f5a0c-3f5e-4d1e-9b0f-6f0a4e1b7c10");
}

/// <summary>A decision that stands: its events, if any, are durable.</summary>
/// <param name="After">The stream as the gate knew it then.</param>
/// <param name="Sequence">Revision of the wish's last event; where it decided none, the stream's last.</param>
sealed record Settled<TState, TEvent>(Decision<TEvent> Decision, Folded<TState> After, long Sequence, long Lamport, DateTimeOffset At);
