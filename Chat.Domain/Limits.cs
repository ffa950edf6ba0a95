namespace Chat.Domain;

/// <summary>Bounds that belong to the contract itself. What an operator may choose is in <see cref="Rules"/>.</summary>
public static class Limits
{
    public const int TextBytes = 8 * 1024;
    public const int TextGraphemes = 4_000;
    public const int NameGraphemes = 80;
    public const int Mentions = 50;
    public const int Pins = 50;
    public const int Attachments = 10;
    public const int FileNameGraphemes = 120;
    public const int Reactions = 1_000;
    public const int PreviewTitleGraphemes = 200;
    public const int PreviewDescriptionGraphemes = 400;
    public const int PreviewSiteGraphemes = 80;

    /// <summary>Message heads (and with them client ids) that a conversation's state keeps; older ones are looked up.</summary>
    public const int RecentMessages = 512;

    /// <summary>Devices of one user whose own place in a conversation is kept in its receipts' state.</summary>
    public const int ReceiptDevices = 32;
}

/// <summary>The product defaults that an operator may change.</summary>
public sealed record Rules
{
    public static readonly Rules Default = new();

    public int GroupMembers { get; init; } = 500;
    public int ChannelMembers { get; init; } = 100_000;

    /// <summary>How long after the send its author may edit a message; null is for ever.</summary>
    public TimeSpan? EditWindow { get; init; }
}
