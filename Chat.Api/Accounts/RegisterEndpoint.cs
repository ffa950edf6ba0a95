using Chat.Api.Http;
using Chat.Application.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Chat.Api.Accounts;

static class RegisterEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/accounts", Register).AllowAnonymous().WithTags("Accounts")
        .WithName("Register").WithSummary("Registers an account.")
        .ProducesProblem(400).ProducesProblem(409).ProducesProblem(422).ProducesProblem(429).ProducesProblem(503);

    static async Task<Results<Created<Answer>, ProblemHttpResult>> Register(Request request, Registration registration, CancellationToken ct)
    {
        var registered = await registration.Register(request.Username, request.Password, request.DisplayName, ct);
        return registered.Account is { } account
            ? TypedResults.Created($"/v1/users/{account.Id}", new Answer(account.Id, account.Username, account.DisplayName, registered.Receipt?.Position.ToString()))
            : registered.Why!.ToProblem();
    }

    /// <param name="Username">3 to 32 of a-z, 0-9, dot, underscore and hyphen; unique.</param>
    /// <param name="Password">At least 8 characters, at most 1,024 bytes; kept exactly as given.</param>
    /// <param name="DisplayName">What others see; the username when left out.</param>
    sealed record Request(string Username, string Password, string? DisplayName = null);

    sealed record Answer(Guid Id, string Username, string DisplayName, string? Position);
}
