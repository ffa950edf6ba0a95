using System.Globalization;
using Chat.Application.Log;
using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Api.Live;

/// <summary>An event of the log as clients see it. Field names and values are those of the REST API.</summary>
static class EntryView
{
    public static LiveEntry Of(DecodedEvent recorded)
    {
        var @event = (ConversationEvent)recorded.Event;
        var (type, data) = Describe(@event);
        data["by"] = @event.By.ToString();
        return new(
            type, StreamNames.ConversationOf(recorded.Stored.Stream).ToString(), recorded.Sequence, recorded.Position.ToString(), Time(@event.At), data);
    }

    static (string Type, Dictionary<string, object?> Data) Describe(ConversationEvent @event) => @event switch
    {
        MessageSent e => ("messageSent", new(8) // with who it is by: never grown
        {
            ["messageId"] = e.Message.ToString(),
            ["clientMessageId"] = e.ClientMessage.ToString(),
            ["type"] = Camel(MessageTypes.Of(e.Attachments)),
            ["text"] = e.Body.Text,
            ["replyTo"] = e.ReplyTo?.ToString(),
            ["mentions"] = Ids(e.Mentions),
            ["attachments"] = (e.Attachments ?? []).Select(Of).ToArray(),
        }),
        MessageEdited e => ("messageEdited", Of(e, new() { ["text"] = e.Body.Text, ["mentions"] = Ids(e.Mentions) })),
        MessageDeleted e => ("messageDeleted", Of(e)),
        LinkPreviewed e => ("linkPreviewed", Of(e, new()
        {
            ["preview"] = new Dictionary<string, object?>
            {
                ["link"] = e.Preview.Link, ["title"] = e.Preview.Title, ["description"] = e.Preview.Description, ["site"] = e.Preview.Site,
            },
        })),
        ReactionAdded e => ("reactionAdded", Of(e, new() { ["reaction"] = e.Reaction })),
        ReactionRemoved e => ("reactionRemoved", Of(e, new() { ["reaction"] = e.Reaction })),
        MessagePinned e => ("messagePinned", Of(e)),
        MessageUnpinned e => ("messageUnpinned", Of(e)),
        ConversationStarted e => ("conversationStarted", new() { ["kind"] = Camel(e.Kind), ["history"] = Camel(e.History), ["name"] = e.Name }),
        ConversationRenamed e => ("conversationRenamed", new() { ["name"] = e.Name }),
        MemberAdded e => ("memberAdded", new() { ["userId"] = e.Member.ToString(), ["role"] = Camel(e.Role), ["canPost"] = e.CanPost }),
        MemberRemoved e => ("memberRemoved", Of(e.Member)),
        MemberLeft e => ("memberLeft", Of(e.By)),
        MemberRoleChanged e => ("memberRoleChanged", new() { ["userId"] = e.Member.ToString(), ["role"] = Camel(e.Role), ["canPost"] = e.CanPost }),
        MemberBanned e => ("memberBanned", Of(e.Member)),
        MemberUnbanned e => ("memberUnbanned", Of(e.Member)),
        MemberMuted e => ("memberMuted", new() { ["userId"] = e.Member.ToString(), ["until"] = e.Until is { } until ? Time(until) : null }),
        MemberUnmuted e => ("memberUnmuted", Of(e.Member)),
        _ => throw new InvalidOperationException($"No view of {@event.GetType().Name}."),
    };

    static Dictionary<string, object?> Of(MessageChange change, Dictionary<string, object?>? more = null)
    {
        var data = more ?? [];
        data["messageId"] = change.Message.ToString();
        data["messageSequence"] = change.MessageSequence;
        return data;
    }

    static Dictionary<string, object?> Of(Attachment attachment) => new()
    {
        ["id"] = attachment.File.ToString(),
        ["name"] = attachment.Name,
        ["mediaType"] = attachment.MediaType,
        ["size"] = attachment.Size,
        ["image"] = attachment.Image is { } image ? new Dictionary<string, object?> { ["width"] = image.Width, ["height"] = image.Height, ["color"] = image.Color } : null,
    };

    static Dictionary<string, object?> Of(UserId user) => new() { ["userId"] = user.ToString() };

    static string[] Ids(IReadOnlyList<UserId> users) => [.. users.Select(static user => user.ToString())];

    static string Camel<T>(T value) where T : struct, Enum => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
