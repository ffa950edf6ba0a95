namespace Chat.Bench.Api;

// What this tool needs of the API's answers; whatever else they hold is passed over.

public sealed record Session(Guid UserId, string AccessToken);

public sealed record Started(Guid Id, string Position);

public sealed record Sent(Guid Id, long Sequence, bool Repeated);

public sealed record Entry(long Sequence, string Kind, Guid By, EntryMessage? Message, EntryNotice? Notice);

public sealed record EntryMessage(Guid Id, Guid ClientMessageId, string? Text, Guid? ReplyTo);

public sealed record EntryNotice(Guid? MemberId);

public sealed record Page(IReadOnlyList<Entry> Entries, bool HasMore);

/// <summary>The API's "no" (RFC 9457): a code that stays, and a sentence for people.</summary>
public sealed class RefusedException(int status, string code, string detail) : Exception($"{status} {code}: {detail}")
{
    public int Status { get; } = status;
    public string Code { get; } = code;
}
