using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Domain.Conversations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wolverine;

namespace Chat.Api.Messages;

static class ReactionEndpoints
{
    public static void Map(IEndpointRouteBuilder messages)
    {
        messages.MapPut("/{messageId:guid}/reactions/{reaction}", React).WithName("AddReaction").WithSummary("Reacts with one emoji or a :shortcode:.").Refuses(403, 404, 409, 422);
        messages.MapDelete("/{messageId:guid}/reactions/{reaction}", Unreact).WithName("RemoveReaction").WithSummary("Takes a reaction back.").Refuses(404, 409);
    }

    static Task<Results<Ok<Done>, ProblemHttpResult>> React(
        Guid conversationId, Guid messageId, string reaction, Caller caller, IMessageBus bus, CancellationToken ct) =>
        bus.Do(new AddReaction { By = caller.User, Device = caller.Device, Conversation = new(conversationId), Message = new(messageId), Reaction = reaction }, ct);

    static Task<Results<Ok<Done>, ProblemHttpResult>> Unreact(
        Guid conversationId, Guid messageId, string reaction, Caller caller, IMessageBus bus, CancellationToken ct) =>
        bus.Do(new RemoveReaction { By = caller.User, Device = caller.Device, Conversation = new(conversationId), Message = new(messageId), Reaction = reaction }, ct);
}
