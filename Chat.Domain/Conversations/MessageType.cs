namespace Chat.Domain.Conversations;

/// <summary>What a message is at a glance, derived from what it carries.</summary>
public enum MessageType { Text, Image, File }

public static class MessageTypes
{
    /// <summary>An image when all it carries are pictures; one file among them makes it a file.</summary>
    public static MessageType Of(IReadOnlyList<Attachment>? attachments) =>
        attachments is null or [] ? MessageType.Text
        : attachments.All(static attachment => attachment.Image is not null) ? MessageType.Image
        : MessageType.File;
}
