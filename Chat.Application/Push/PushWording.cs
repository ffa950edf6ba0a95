using System.Globalization;
using System.Text;
using Chat.Application.Directory;
using Chat.Application.Inbox;
using Chat.Application.Timeline;
using Chat.Domain;
using Chat.Domain.Conversations;
using Microsoft.Extensions.Options;

namespace Chat.Application.Push;

/// <summary>What a push says.</summary>
public sealed class PushWording(ITimelineReader timeline, IDirectoryReader directory, IInboxReader inbox, IOptions<PushOptions> options)
{
    const int MaxGraphemes = 200;

    // All providers take 4,096 bytes of JSON, where a character may take three times what it takes in UTF-8.
    public const int TitleBytes = 200;
    public const int TextBytes = 1_000;

    /// <summary>The message as the user may see it now; null when it is deleted or none of theirs any more, or its sender erased.</summary>
    public async Task<PushNotification?> Of(PushNews news, UserId user, CancellationToken ct)
    {
        if (await timeline.Message(user, news.Conversation, news.Message, ct) is not { Message: { Text: { } text, Type: { } type } }) return null;
        if (await directory.User(news.Sender, ct) is not { DisplayName: var sender }) return null; // erased
        var badge = (await inbox.Page(user, null, 1, ct)).Totals.Unread;
        if (options.Value.HideContent) return new(news.Conversation.Value, news.Message.Value, news.Sequence, options.Value.HiddenTitle, null, badge, null);
        var (title, body) = await Shown(news, user, sender, text, ct);
        return new(news.Conversation.Value, news.Message.Value, news.Sequence, title, body, badge, $"{type}".ToLowerInvariant());
    }

    async Task<(string Title, string? Text)> Shown(PushNews news, UserId user, string sender, string text, CancellationToken ct) =>
        await directory.Conversation(user, news.Conversation, ct) is { Name: { } name, Kind: not ConversationKind.Direct }
            ? (Preview(name, TitleBytes), Preview(text.Length > 0 ? $"{sender}: {text}" : sender))
            : (Preview(sender, TitleBytes), Preview(text));

    /// <summary>The beginning of a long text, with an ellipsis.</summary>
    public static string Preview(string text, int maxBytes = TextBytes)
    {
        var (length, bytes) = (0, 0);
        for (var graphemes = 0; length < text.Length; graphemes++)
        {
            var next = StringInfo.GetNextTextElementLength(text.AsSpan(length));
            bytes += Encoding.UTF8.GetByteCount(text.AsSpan(length, next));
            if (graphemes == MaxGraphemes || bytes > maxBytes) return $"{text[..length]}…";
            length += next;
        }
        return text;
    }
}
