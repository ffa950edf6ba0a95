using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Application.Files;

/// <summary>The message that files are for, by its sender's own name for it: known before the message is, and the same when it is sent again.</summary>
public sealed record FileClaim(UserId Owner, ConversationId Conversation, ClientMessageId ClientMessage, IReadOnlyList<FileId> Files)
{
    public static FileClaim Of(SendMessage send) => new(send.By, send.Conversation, send.ClientMessage, send.Files);
}

/// <summary>
/// Binds files to one message before it is appended, for no transaction spans the log and the uploads. A claim outlives a crash and is there for
/// the same message sent again, for no other.
/// </summary>
public interface IFileClaims
{
    /// <summary>Claims all of the files or none. Each call that claims is one attempt at the message, and is either released or stands.</summary>
    Task<ClaimResult> Claim(FileClaim claim, CancellationToken ct);

    /// <summary>
    /// Ends an attempt that the decision refused. The files are free again with the last one: while another attempt at the same message
    /// may have been accepted, they stay bound to it.
    /// </summary>
    Task Release(FileClaim claim, CancellationToken ct);
}

public abstract record ClaimResult
{
    ClaimResult() { }

    /// <param name="Attachments">What the files are, in the order in which they were asked for.</param>
    public sealed record Claimed(IReadOnlyList<Attachment> Attachments) : ClaimResult;

    public sealed record Refused(Refusal Why) : ClaimResult;
}

/// <summary>A file as far as claiming goes.</summary>
/// <param name="For">The message it is claimed for; null while it is free.</param>
public sealed record ClaimableFile(Attachment Attachment, UserId Owner, FileState State, (ConversationId, ClientMessageId)? For)
{
    /// <summary>Why a claim cannot have this file, or null. What belongs to others is as if it were not there.</summary>
    public static Refusal? Check(ClaimableFile? file, FileClaim claim) =>
        file is null || file.Owner != claim.Owner ? FileRefusals.NoSuchFile
        : file.State is FileState.Rejected ? FileRefusals.Rejected
        : file.State is not FileState.Ready ? FileRefusals.NotReady
        : file.For is { } message && message != (claim.Conversation, claim.ClientMessage) ? FileRefusals.AlreadySent
        : null;

    /// <summary>What a claim of these files comes to.</summary>
    public static ClaimResult Decide(FileClaim claim, IReadOnlyDictionary<FileId, ClaimableFile> files)
    {
        var refusals = claim.Files.Select(id => Check(files.GetValueOrDefault(id), claim));
        return refusals.FirstOrDefault(static why => why is not null) is { } why
            ? new ClaimResult.Refused(why)
            : new ClaimResult.Claimed([.. claim.Files.Select(id => files[id].Attachment)]);
    }
}
