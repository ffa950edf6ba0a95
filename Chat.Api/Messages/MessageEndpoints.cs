using System.Globalization;
using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Application.Timeline;
using Chat.Domain;
using Chat.Domain.Conversations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Wolverine;

namespace Chat.Api.Messages;

/// <summary>One message: read, edit, delete.</summary>
static class MessageEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapMessages()
        {
            var conversation = routes.MapGroup("/v1/conversations/{conversationId:guid}").WithTags("Messages");
            var messages = conversation.MapGroup("/messages");
            SendMessageEndpoint.Map(messages);
            HistoryEndpoint.Map(messages);
            messages.MapGet("/{messageId:guid}", Get).WithName("GetMessage").WithSummary("One message, with its version as ETag.").Refuses(404).AtLeast("timeline");
            messages.MapPatch("/{messageId:guid}", Edit).WithName("EditMessage").WithSummary("Edits an own message, with If-Match only the version that was seen.")
                .Refuses(403, 404, 409, 412, 413, 422);
            messages.MapDelete("/{messageId:guid}", Delete).WithName("DeleteMessage").WithSummary("Deletes a message; a tombstone stays.").Refuses(403, 404);
            ReactionEndpoints.Map(messages);
            PinEndpoints.Map(conversation);
        }
    }

    static async Task<Results<Ok<EntryView>, ProblemHttpResult>> Get(
        Guid conversationId, Guid messageId, Caller caller, ITimelineReader timeline, HttpContext http, CancellationToken ct)
    {
        if (await timeline.Message(caller.User, new(conversationId), new(messageId), ct) is not { } entry) return Refusal.NoSuchMessage.ToProblem();
        http.Response.Headers.ETag = ETagOf(entry.Version);
        return TypedResults.Ok(EntryView.Of(entry));
    }

    static async Task<Results<Ok<Done>, ProblemHttpResult>> Edit(
        Guid conversationId, Guid messageId, EditRequest request, Caller caller, IMessageBus bus, HttpContext http, CancellationToken ct,
        [FromHeader(Name = "If-Match")] string? ifMatch = null)
    {
        if (!TryReadIfMatch(ifMatch, out var expected)) return Problems.Of(400, "invalid_if_match", "If-Match is one ETag of the message, or *.");
        var edited = await bus.Do(new EditMessage
        {
            By = caller.User,
            Device = caller.Device,
            Conversation = new(conversationId),
            Message = new(messageId),
            Body = new(request.Text),
            Mentions = [.. (request.Mentions ?? []).Select(static user => new UserId(user))],
            Expected = expected,
        }, ct);
        if (edited.Result is Ok<Done> { Value: { Repeated: false } done }) http.Response.Headers.ETag = ETagOf(done.Sequence);
        return edited;
    }

    static Task<Results<Ok<Done>, ProblemHttpResult>> Delete(Guid conversationId, Guid messageId, Caller caller, IMessageBus bus, CancellationToken ct) =>
        bus.Do(new DeleteMessage { By = caller.User, Device = caller.Device, Conversation = new(conversationId), Message = new(messageId) }, ct);

    static string ETagOf(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    static bool TryReadIfMatch(string? given, out long? expected)
    {
        expected = null;
        if (given is null or "" or "*") return true;
        if (given is not ['"', .. var inner, '"'] || !long.TryParse(inner, NumberStyles.None, CultureInfo.InvariantCulture, out var version)) return false;
        expected = version;
        return true;
    }

    sealed record EditRequest(string Text, IReadOnlyList<Guid>? Mentions = null);
}
