using Chat.Application.Log;
using Chat.Domain;

namespace Chat.Application.Conversations;

/// <summary>What a command came to. Faults (store away, too many conflicts) are exceptions.</summary>
public abstract record Outcome
{
    Outcome() { }

    public sealed record Done(Receipt Receipt) : Outcome;

    public sealed record Refused(Refusal Why) : Outcome;
}

/// <summary>Proof that a command is in the log.</summary>
/// <param name="Sequence">Revision of its last event; of the first one for a repeat; of the head when there was nothing to do.</param>
/// <param name="Position">A read at least this fresh shows it.</param>
/// <param name="Message">The message a send made, then or the first time.</param>
/// <param name="Repeated">True when it had been done before and nothing was written now.</param>
public sealed record Receipt(long Sequence, LogPosition Position, DateTimeOffset At, MessageId? Message, bool Repeated);
