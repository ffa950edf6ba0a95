using System.Text.RegularExpressions;
using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Application.Search;

/// <summary>A message as it can be found.</summary>
public sealed partial record SearchDocument
{
    public required ConversationId Conversation { get; init; }
    public required long Sequence { get; init; }
    public required MessageId Message { get; init; }
    public required UserId Sender { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Sequence of the last change.</summary>
    public required long Version { get; init; }

    /// <summary>Empty where its attachments say it all; null once deleted: then it is found by nothing.</summary>
    public required string? Text { get; init; }
    public required SearchMarks Has { get; init; }
    public bool Pinned { get; init; }

    /// <summary>The same with nothing to find it by: deleted, or its author erased.</summary>
    public SearchDocument Erased() => this with { Text = null, Has = SearchMarks.None, Pinned = false };

    public static SearchMarks MarksOf(string text, IReadOnlyCollection<UserId> mentions) =>
        (Link().IsMatch(text) ? SearchMarks.Link : 0) | (mentions.Count > 0 ? SearchMarks.Mention : 0);

    public static SearchMarks MarksOf(IReadOnlyCollection<Attachment>? attachments) => (attachments ?? []).Aggregate(
        SearchMarks.None, static (marks, attachment) => marks | (attachment.Image is null ? SearchMarks.File : SearchMarks.Image));

    /// <summary>The same message with another text; its attachments stay.</summary>
    public SearchDocument With(string text, IReadOnlyCollection<UserId> mentions) =>
        this with { Text = text, Has = MarksOf(text, mentions) | (Has & (SearchMarks.File | SearchMarks.Image)) };

    [GeneratedRegex(@"\b(https?://|www\.)[^\s.]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Link();
}
