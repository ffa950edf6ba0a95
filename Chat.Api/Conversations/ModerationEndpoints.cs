using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Domain.Conversations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wolverine;

namespace Chat.Api.Conversations;

/// <summary>Bans and mutes.</summary>
static class ModerationEndpoints
{
    public static void Map(IEndpointRouteBuilder conversations)
    {
        var one = conversations.MapGroup("/{conversationId:guid}").WithTags("Moderation");
        one.MapPut("/bans/{userId:guid}", Ban).WithName("BanMember").WithSummary("Removes a user for good.").Refuses(403, 404, 422);
        one.MapDelete("/bans/{userId:guid}", Unban).WithName("UnbanMember").WithSummary("Lifts a ban.").Refuses(403, 404);
        one.MapPut("/mutes/{userId:guid}", Mute).WithName("MuteMember").WithSummary("Silences a member, until a time or until lifted.").Refuses(403, 404, 422);
        one.MapDelete("/mutes/{userId:guid}", Unmute).WithName("UnmuteMember").WithSummary("Lets a member speak again.").Refuses(403, 404);
    }

    static Task<Results<Ok<Done>, ProblemHttpResult>> Ban(Guid conversationId, Guid userId, Caller caller, IMessageBus bus, CancellationToken ct) =>
        bus.Do(new BanMember { By = caller.User, Device = caller.Device, Conversation = new(conversationId), Member = new(userId) }, ct);

    static Task<Results<Ok<Done>, ProblemHttpResult>> Unban(Guid conversationId, Guid userId, Caller caller, IMessageBus bus, CancellationToken ct) =>
        bus.Do(new UnbanMember { By = caller.User, Device = caller.Device, Conversation = new(conversationId), Member = new(userId) }, ct);

    static Task<Results<Ok<Done>, ProblemHttpResult>> Mute(
        Guid conversationId, Guid userId, Caller caller, IMessageBus bus, CancellationToken ct, MuteRequest? request = null) =>
        bus.Do(new MuteMember
        {
            By = caller.User, Device = caller.Device, Conversation = new(conversationId), Member = new(userId), Until = request?.Until,
        }, ct);

    static Task<Results<Ok<Done>, ProblemHttpResult>> Unmute(Guid conversationId, Guid userId, Caller caller, IMessageBus bus, CancellationToken ct) =>
        bus.Do(new UnmuteMember { By = caller.User, Device = caller.Device, Conversation = new(conversationId), Member = new(userId) }, ct);

    sealed record MuteRequest(DateTimeOffset? Until = null);
}
