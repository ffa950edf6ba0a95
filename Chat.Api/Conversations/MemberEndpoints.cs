using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Application.Directory;
using Chat.Domain;
using Chat.Domain.Conversations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wolverine;

namespace Chat.Api.Conversations;

static class MemberEndpoints
{
    const int MaxPage = 100;

    public static void Map(IEndpointRouteBuilder conversations)
    {
        var members = conversations.MapGroup("/{conversationId:guid}/members").WithTags("Members");
        members.MapGet("", List).WithName("ListMembers").WithSummary("Members, by user id.").Refuses(404).AtLeast("directory");
        members.MapPut("/{userId:guid}", Add).WithName("AddMember").WithSummary("Adds a user.").Refuses(403, 404, 409);
        members.MapPatch("/{userId:guid}", Change).WithName("ChangeRole").WithSummary("Changes a member's role, or in a channel whether they may post.").Refuses(403, 404, 409, 422);
        members.MapDelete("/{userId:guid}", Remove).WithName("RemoveMember").WithSummary("Removes a member, or leaves when it is the caller.").Refuses(403, 404, 409);
        members.MapDelete("/me", Leave).WithName("LeaveConversation").WithSummary("Leaves the conversation.").Refuses(403, 404, 409);
    }

    static async Task<Results<Ok<MemberPage>, ProblemHttpResult>> List(
        Guid conversationId, Caller caller, IDirectoryReader directory, CancellationToken ct, Guid? cursor = null, int limit = 50)
    {
        if (limit is < 1 or > MaxPage) return Problems.LimitOutOfRange(MaxPage);
        var found = await directory.Members(caller.User, new(conversationId), cursor is { } after ? new UserId(after) : null, limit + 1, ct);
        if (found is null) return Refusal.NoSuchConversation.ToProblem();
        var page = found.Take(limit).ToList();
        var more = found.Count > limit;
        return TypedResults.Ok(new MemberPage([.. page.Select(MemberView.Of)], more, more ? page[^1].User.Value : null));
    }

    static Task<Results<Ok<Done>, ProblemHttpResult>> Add(Guid conversationId, Guid userId, Caller caller, IMessageBus bus, CancellationToken ct) =>
        bus.Do(new AddMember { By = caller.User, Device = caller.Device, Conversation = new(conversationId), Member = new(userId) }, ct);

    static Task<Results<Ok<Done>, ProblemHttpResult>> Change(Guid conversationId, Guid userId, RoleRequest request, Caller caller, IMessageBus bus, CancellationToken ct) =>
        bus.Do(new ChangeRole
        {
            By = caller.User, Device = caller.Device, Conversation = new(conversationId), Member = new(userId), Role = request.Role, CanPost = request.CanPost,
        }, ct);

    static Task<Results<Ok<Done>, ProblemHttpResult>> Remove(Guid conversationId, Guid userId, Caller caller, IMessageBus bus, CancellationToken ct) =>
        caller.User.Value == userId
            ? Leave(conversationId, caller, bus, ct)
            : bus.Do(new RemoveMember { By = caller.User, Device = caller.Device, Conversation = new(conversationId), Member = new(userId) }, ct);

    static Task<Results<Ok<Done>, ProblemHttpResult>> Leave(Guid conversationId, Caller caller, IMessageBus bus, CancellationToken ct) =>
        bus.Do(new LeaveConversation { By = caller.User, Device = caller.Device, Conversation = new(conversationId) }, ct);

    sealed record RoleRequest(Role? Role = null, bool? CanPost = null);

    sealed record MemberPage(IReadOnlyList<MemberView> Members, bool HasMore, Guid? Cursor);

    sealed record MemberView(Guid UserId, string Username, string DisplayName, Role Role, bool CanPost, DateTimeOffset? MutedUntil, DateTimeOffset JoinedAt)
    {
        public static MemberView Of(MemberProfile of) => new(of.User.Value, of.Username, of.DisplayName, of.Role, of.CanPost, of.MutedUntil, of.JoinedAt);
    }
}
