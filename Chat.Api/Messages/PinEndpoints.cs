using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Application.Timeline;
using Chat.Domain;
using Chat.Domain.Conversations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wolverine;

namespace Chat.Api.Messages;

static class PinEndpoints
{
    public static void Map(IEndpointRouteBuilder conversation)
    {
        var pins = conversation.MapGroup("/pins");
        pins.MapGet("", List).WithName("ListPins").WithSummary("The pinned messages, oldest pin first.").Refuses(404).AtLeast("timeline");
        pins.MapPut("/{messageId:guid}", Pin).WithName("PinMessage").WithSummary("Pins a message.").Refuses(403, 404, 409);
        pins.MapDelete("/{messageId:guid}", Unpin).WithName("UnpinMessage").WithSummary("Unpins a message.").Refuses(403, 404);
    }

    static async Task<Results<Ok<PinList>, ProblemHttpResult>> List(Guid conversationId, Caller caller, ITimelineReader timeline, CancellationToken ct) =>
        await timeline.Pinned(caller.User, new(conversationId), ct) is { } pinned
            ? TypedResults.Ok(new PinList([.. pinned.Select(EntryView.Of)]))
            : Refusal.NoSuchConversation.ToProblem();

    static Task<Results<Ok<Done>, ProblemHttpResult>> Pin(Guid conversationId, Guid messageId, Caller caller, IMessageBus bus, CancellationToken ct) =>
        bus.Do(new PinMessage { By = caller.User, Device = caller.Device, Conversation = new(conversationId), Message = new(messageId) }, ct);

    static Task<Results<Ok<Done>, ProblemHttpResult>> Unpin(Guid conversationId, Guid messageId, Caller caller, IMessageBus bus, CancellationToken ct) =>
        bus.Do(new UnpinMessage { By = caller.User, Device = caller.Device, Conversation = new(conversationId), Message = new(messageId) }, ct);

    sealed record PinList(IReadOnlyList<EntryView> Entries);
}
