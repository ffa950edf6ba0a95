namespace Chat.Domain;

/// <summary>An event as the log holds it, with its revision in the stream: the sequence that clients order by.</summary>
public readonly record struct Recorded<TEvent>(TEvent Event, long Sequence);
