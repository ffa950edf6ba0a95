namespace Chat.Domain.Conversations;

/// <summary>What may be asked to hang on one message, before anything is known of the files.</summary>
public static class Attachable
{
    public static Refusal? Check(IReadOnlyList<FileId> files) =>
        files.Count > Limits.Attachments ? Refusal.TooManyAttachments(Limits.Attachments)
        : files.Distinct().Count() < files.Count ? Refusal.AttachmentRepeated
        : null;
}
