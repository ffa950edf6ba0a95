namespace Chat.Domain.Receipts;

/// <summary>What a user has received and read in one conversation. A stream for each of both: many, and nobody else's business to order.</summary>
public abstract record ReceiptEvent
{
    public required UserId By { get; init; }
    public required DateTimeOffset At { get; init; }
    public required DeviceId Device { get; init; }
}

/// <summary>The device holds everything up to this sequence.</summary>
public sealed record MessagesDelivered : ReceiptEvent
{
    public required long UpTo { get; init; }
}

/// <summary>The user has seen everything up to this sequence on this device, which therefore holds it.</summary>
public sealed record MessagesRead : ReceiptEvent
{
    public required long UpTo { get; init; }
}

/// <summary>The user wants to see the conversation as unread, until they read in it again. Nobody else's view changes.</summary>
public sealed record MarkedUnread : ReceiptEvent
{
    public long? From { get; init; }
}
