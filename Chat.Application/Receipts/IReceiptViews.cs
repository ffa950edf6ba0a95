using Chat.Domain;

namespace Chat.Application.Receipts;

/// <summary>
/// Receipts as people may see them: of conversations they are in, about members who can see the message. Who hides what they have read, or asks while
/// hiding it, sees of others' reading nothing; what is older than the last <see cref="Window"/> messages counts as read.
/// </summary>
public interface IReceiptViews
{
    /// <summary>Messages of a conversation of which is known who has received and read them, and when.</summary>
    const int Window = 100;

    /// <summary>How far each present member has come, by user id; null when the reader is not one of them.</summary>
    Task<IReadOnlyList<MemberReceipt>?> Members(UserId reader, ConversationId conversation, UserId? after, int limit, CancellationToken ct);

    /// <summary>Who has received and read a message, by user id, its sender left out; null when there is none that the reader sees.</summary>
    Task<IReadOnlyList<MessageReceipt>?> Message(UserId reader, ConversationId conversation, MessageId message, UserId? after, int limit, CancellationToken ct);

    /// <summary>How far a device of the user has come, by conversation id.</summary>
    Task<IReadOnlyList<DevicePlace>> Device(UserId user, DeviceId device, ConversationId? after, int limit, CancellationToken ct);

    /// <summary>When each device of the user last received and read something anywhere.</summary>
    Task<IReadOnlyDictionary<DeviceId, LastReceipts>> Devices(UserId user, CancellationToken ct);

    /// <summary>Counting stops here in each conversation: a device that was never used would count for long.</summary>
    const int MostPending = 1_000;

    /// <summary>Messages of others that none of the user's devices holds yet, and that each of these devices does not hold.</summary>
    Task<PendingMessages> Pending(UserId user, IReadOnlyCollection<DeviceId> devices, CancellationToken ct);
}

/// <summary>Sequences of a conversation up to which somebody has received and read it, and when they got there; -1 is nothing that may be told.</summary>
public sealed record MemberReceipt(UserId Member, long Delivered, long Read, DateTimeOffset? DeliveredAt, DateTimeOffset? ReadAt);

/// <param name="DeliveredAt">Null also where it is too long ago to be known.</param>
/// <param name="ReadAt">Likewise.</param>
public sealed record MessageReceipt(UserId Member, bool Delivered, bool Read, DateTimeOffset? DeliveredAt, DateTimeOffset? ReadAt);

/// <summary>A device's own place in a conversation.</summary>
public sealed record DevicePlace(ConversationId Conversation, long Delivered, long Read, DateTimeOffset? DeliveredAt, DateTimeOffset? ReadAt);

public sealed record LastReceipts(DateTimeOffset? DeliveredAt, DateTimeOffset? ReadAt);

public sealed record PendingMessages(long User, IReadOnlyDictionary<DeviceId, long> Devices);
