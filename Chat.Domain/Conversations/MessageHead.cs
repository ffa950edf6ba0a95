using System.Collections.Immutable;

namespace Chat.Domain.Conversations;

public readonly record struct Reaction(UserId By, string Value);

/// <summary>What later commands need to know of a message: whose it is and how it stands, not what it says.</summary>
/// <param name="Sequence">Its place in the conversation.</param>
/// <param name="Version">The sequence of its last change (edit, delete, reaction): its ETag.</param>
/// <param name="BodyHash">Of the text as it stands now.</param>
/// <param name="FirstHash">Of the text and the files as they were sent: what a repeated send is compared with.</param>
/// <param name="Attached">It carries files.</param>
/// <param name="Previewed">Its first link is shown with what is behind it.</param>
public sealed record MessageHead(
    MessageId Message, ClientMessageId ClientMessage, UserId Author, long Sequence, long Version, DateTimeOffset SentAt, long BodyHash, long FirstHash,
    MessageId? ReplyTo, bool Attached, bool Previewed, bool Deleted, ImmutableArray<UserId> Mentions, ImmutableHashSet<Reaction> Reactions)
{
    public static MessageHead Of(MessageSent sent, long sequence)
    {
        IReadOnlyList<Attachment> attachments = sent.Attachments ?? [];
        return new(
            sent.Message, sent.ClientMessage, sent.By, sequence, sequence, sent.At, sent.Body.Hash, sent.Body.HashWith([.. attachments.Select(static a => a.File)]),
            sent.ReplyTo, attachments.Count > 0, false, false, [.. sent.Mentions], []);
    }

    /// <summary>With another text. What a link in the old one led to is no longer shown.</summary>
    public MessageHead Edited(MessageEdited edit) =>
        this with { BodyHash = edit.Body.Hash, Previewed = Previewed && edit.Body.Hash == BodyHash, Mentions = [.. edit.Mentions] };
}
