using System.Collections.Immutable;

namespace Chat.Domain.Conversations;

public readonly record struct Reaction(UserId By, string Value);

/// <summary>What later commands need to know of a message: whose it is and how it stands, not what it says.</summary>
/// <param name="Sequence">Its place in the conversation.</param>
/// <param name="Version">The sequence of its last change (edit, delete, reaction): its ETag.</param>
/// <param name="BodyHash">Of the text as it stands now.</param>
/// <param name="FirstHash">Of the text as it was sent: what a repeated send is compared with.</param>
public sealed record MessageHead(
    MessageId Message, ClientMessageId ClientMessage, UserId Author, long Sequence, long Version, DateTimeOffset SentAt, long BodyHash, long FirstHash,
    MessageId? ReplyTo, bool Deleted, ImmutableArray<UserId> Mentions, ImmutableHashSet<Reaction> Reactions)
{
    public static MessageHead Of(MessageSent sent, long sequence)
    {
        var hash = sent.Body.Hash;
        return new(sent.Message, sent.ClientMessage, sent.By, sequence, sequence, sent.At, hash, hash, sent.ReplyTo, false, [.. sent.Mentions], []);
    }
}
