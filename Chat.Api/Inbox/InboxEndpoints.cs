using System.Globalization;
using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Application.Inbox;
using Chat.Application.Log;
using Chat.Domain.Users;
using Microsoft.AspNetCore.Http.HttpResults;
using Wolverine;

namespace Chat.Api.Inbox;

static class InboxEndpoints
{
    const int MaxPage = 100;

    extension(IEndpointRouteBuilder routes)
    {
        public void MapInbox()
        {
            var inbox = routes.MapGroup("/v1/inbox").WithTags("Inbox");
            inbox.MapGet("", Page).WithName("ReadInbox").WithSummary("The caller's conversations, the latest first.").Refuses().AtLeast("inbox");
            inbox.MapGet("/changes", Changes).WithName("ReadInboxChanges").WithSummary("What changed in the inbox after a position.").Refuses().AtLeast("inbox");
            inbox.MapPatch("/{conversationId:guid}", Prefer).WithName("ChangeInboxPreference").WithSummary("Mutes, pins or archives a conversation for the caller.").Refuses(404);
        }
    }

    static async Task<Results<Ok<InboxPageView>, ProblemHttpResult>> Page(
        Caller caller, IInboxReader inbox, CancellationToken ct, string? cursor = null, int limit = 50)
    {
        if (limit is < 1 or > MaxPage) return Problems.LimitOutOfRange(MaxPage);
        if (!TryReadCursor(cursor, out var before)) return Problems.InvalidParameter("cursor", "This is no cursor of this API.");
        var page = await inbox.Page(caller.User, before, limit, ct);
        var next = page is { HasMore: true, Items: [.., var last] } ? string.Create(CultureInfo.InvariantCulture, $"{last.Lamport}.{last.Conversation.Value:N}") : null;
        return TypedResults.Ok(new InboxPageView([.. page.Items.Select(InboxItemView.Of)], page.HasMore, next, page.Totals.Unread, page.Totals.Mentions, page.AsOf.ToString()));
    }

    static async Task<Results<Ok<InboxChangesView>, ProblemHttpResult>> Changes(
        string after, Caller caller, IInboxReader inbox, CancellationToken ct, int limit = 50)
    {
        if (limit is < 1 or > MaxPage) return Problems.LimitOutOfRange(MaxPage);
        if (!LogPosition.TryParse(after, out var position)) return Problems.InvalidParameter("after", "after is a position that this API has given.");
        var changes = await inbox.Changes(caller.User, position, limit, ct);
        return TypedResults.Ok(new InboxChangesView([.. changes.Items.Select(InboxItemView.Of)], changes.HasMore, changes.Until.ToString()));
    }

    static Task<Results<Ok<Done>, ProblemHttpResult>> Prefer(Guid conversationId, PreferenceRequest request, Caller caller, IMessageBus bus, CancellationToken ct) =>
        bus.Do(new ChangeInboxPreference
        {
            By = caller.User, Device = caller.Device, Conversation = new(conversationId), Muted = request.Muted, Pinned = request.Pinned, Archived = request.Archived,
        }, ct);

    static bool TryReadCursor(string? text, out InboxCursor? cursor)
    {
        cursor = null;
        if (text is null) return true;
        if (text.Split('.') is not [var lamport, var conversation] || !long.TryParse(lamport, NumberStyles.None, CultureInfo.InvariantCulture, out var time)
            || !Guid.TryParseExact(conversation, "N", out var id)) return false;
        cursor = new(time, new(id));
        return true;
    }

    /// <summary>What is given is changed; the rest stays.</summary>
    sealed record PreferenceRequest(bool? Muted = null, bool? Pinned = null, bool? Archived = null);

    /// <param name="Unread">Over all the caller's conversations that are neither muted nor archived.</param>
    /// <param name="AsOf">Where to ask for changes from.</param>
    sealed record InboxPageView(IReadOnlyList<InboxItemView> Items, bool HasMore, string? Cursor, long Unread, long Mentions, string AsOf);

    /// <param name="Until">Where to ask from the next time.</param>
    sealed record InboxChangesView(IReadOnlyList<InboxItemView> Items, bool HasMore, string Until);
}
