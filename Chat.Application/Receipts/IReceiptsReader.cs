namespace Chat.Application.Receipts;

public interface IReceiptsReader
{
    /// <summary>How far each member of the conversation has come, over all their devices; who has told nothing yet may be absent.</summary>
    Task<IReadOnlyList<Watermark>> Of(Guid conversation, CancellationToken ct);
}

/// <summary>Sequences up to which a member has received and read a conversation; -1 is nothing yet. Read is never beyond delivered.</summary>
public sealed record Watermark(Guid Member, long Delivered, long Read);
