using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Application.Users;
using Chat.Domain.Users;
using Microsoft.AspNetCore.Http.HttpResults;
using Wolverine;

namespace Chat.Api.Users;

/// <summary>Whether the caller shows what they have read, and sees what others have.</summary>
static class ReadReceiptsEndpoints
{
    public static void Map(IEndpointRouteBuilder users)
    {
        users.MapGet("/me/read-receipts", Get).WithName("GetReadReceipts").WithSummary("Whether the caller hides read receipts.").Refuses();
        users.MapPut("/me/read-receipts", Change).WithName("ChangeReadReceipts")
            .WithSummary("Hides from others what the caller has read, and from the caller what others have; or shows both again.").Refuses(404);
    }

    static async Task<Ok<ReadReceipts>> Get(Caller caller, UserStreams users, CancellationToken ct) =>
        TypedResults.Ok(new ReadReceipts((await users.Read(caller.User, TimeSpan.Zero, ct)).HidesReadReceipts));

    static Task<Results<Ok<Done>, ProblemHttpResult>> Change(ReadReceipts request, Caller caller, IMessageBus bus, CancellationToken ct) =>
        bus.Do(new ChangeReadReceipts { By = caller.User, Device = caller.Device, Hidden = request.Hidden }, ct);

    sealed record ReadReceipts(bool Hidden);
}
