namespace Chat.Domain;

/// <summary>What a command comes to, given a state: events to append, a value that says no, or a question.</summary>
public abstract record Decision<TEvent>
{
    Decision() { }

    /// <summary>Nothing to write: the state already is what the command asks for.</summary>
    public static readonly Decision<TEvent> Nothing = new Accepted([]);

    public sealed record Accepted(IReadOnlyList<TEvent> Events) : Decision<TEvent>;

    /// <summary>A repeat of what was accepted before: answered with the first message and sequence, nothing written.</summary>
    public sealed record Repeated(MessageId? Message, long Sequence, DateTimeOffset At) : Decision<TEvent>;

    public sealed record Rejected(Refusal Why) : Decision<TEvent>;

    /// <summary>The state no longer holds this message: look it up, recall it into the state and decide again.</summary>
    public sealed record Needs(MessageId Message) : Decision<TEvent>;

    public static implicit operator Decision<TEvent>(TEvent accepted) => new Accepted([accepted]);

    public static implicit operator Decision<TEvent>(Refusal why) => new Rejected(why);
}
