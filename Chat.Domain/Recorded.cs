namespace Chat.Domain;

/// <summary>An event as the log holds it: its revision in the stream (the sequence) and its Lamport time.</summary>
public readonly record struct Recorded<TEvent>(TEvent Event, long Sequence, long Lamport);
