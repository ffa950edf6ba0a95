using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Application.Directory;
using Chat.Domain.Users;
using Microsoft.AspNetCore.Http.HttpResults;
using Wolverine;

namespace Chat.Api.Users;

static class BlockEndpoints
{
    public static void Map(IEndpointRouteBuilder users)
    {
        users.MapGet("/me/blocks", List).WithName("ListBlocks").WithSummary("Whom the caller has blocked.").Refuses().AtLeast("directory");
        users.MapPut("/me/blocks/{userId:guid}", Block).WithName("BlockUser").WithSummary("Blocks a user: no direct messages between the two.").Refuses(404, 422);
        users.MapDelete("/me/blocks/{userId:guid}", Unblock).WithName("UnblockUser").WithSummary("Lifts a block.").Refuses();
    }

    static async Task<Ok<BlockList>> List(Caller caller, IDirectoryReader directory, CancellationToken ct) =>
        TypedResults.Ok(new BlockList([.. (await directory.BlockedBy(caller.User, ct)).Select(static user => user.Value)]));

    static Task<Results<Ok<Done>, ProblemHttpResult>> Block(Guid userId, Caller caller, IMessageBus bus, CancellationToken ct) =>
        bus.Do(new BlockUser { By = caller.User, Device = caller.Device, Blocked = new(userId) }, ct);

    static Task<Results<Ok<Done>, ProblemHttpResult>> Unblock(Guid userId, Caller caller, IMessageBus bus, CancellationToken ct) =>
        bus.Do(new UnblockUser { By = caller.User, Device = caller.Device, Blocked = new(userId) }, ct);

    sealed record BlockList(IReadOnlyList<Guid> UserIds);
}
