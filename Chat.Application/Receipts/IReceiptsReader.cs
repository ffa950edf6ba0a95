namespace Chat.Application.Receipts;

public interface IReceiptsReader
{
    /// <summary>How far each member of a conversation has come; members without a receipt may be missing.</summary>
    Task<IReadOnlyList<Watermark>> Of(Guid conversation, CancellationToken ct);
}

/// <param name="Delivered">Sequence up to which a device of the member holds the conversation; -1 for none.</param>
/// <param name="Read">Sequence up to which the member has read; -1 for none.</param>
public sealed record Watermark(Guid Member, long Delivered, long Read);
