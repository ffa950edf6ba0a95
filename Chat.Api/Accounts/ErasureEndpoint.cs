using System.Globalization;
using System.Security.Claims;
using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Api.RateLimits;
using Chat.Application.Accounts;
using Chat.Domain;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Wolverine;

namespace Chat.Api.Accounts;

/// <summary>The end of an account. Whoever asks must be its owner, and not only hold their phone: the password once more, or a token just issued.</summary>
static class ErasureEndpoint
{
    static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/v1/me", Erase).WithTags("Accounts").WithName("EraseMe")
        .WithSummary("Erases the caller: their words become unreadable everywhere, for good. Done soon after this is answered.").Refuses(403);

    static async Task<Results<Accepted, ProblemHttpResult>> Erase(
        [FromBody] EraseRequest? request, Caller caller, IAccounts accounts, Passwords passwords, LoginThrottle throttle, SignIn signIn, IMessageBus bus,
        TimeProvider time, HttpContext http, CancellationToken ct)
    {
        var account = await accounts.Find(caller.User, ct);
        if (account?.PasswordHash is { } hash)
        {
            var attempt = throttle.Attempt(account.Username, http.Address);
            if (!attempt.Allowed) return http.TooMany(attempt, "too_many_failed_logins");
            if (!await passwords.Verify(request?.Password ?? "", hash, ct)) return AccountRefusals.WrongPassword.ToProblem();
            throttle.Succeeded(account.Username, http.Address);
        }
        else if (!IsFresh(http.User, time.GetUtcNow())) return AccountRefusals.TokenTooOld.ToProblem();

        await signIn.LogOutEverywhere(caller.User, ct);
        await bus.PublishAsync(new EraseAccount(caller.User.Value));
        return TypedResults.Accepted((string?)null);
    }

    static bool IsFresh(ClaimsPrincipal token, DateTimeOffset now) =>
        long.TryParse(token.FindFirstValue(Claims.IssuedAt), NumberStyles.None, CultureInfo.InvariantCulture, out var issued)
        && now.ToUnixTimeSeconds() - issued <= Fresh.TotalSeconds;

    /// <param name="Password">Needed where the account has one.</param>
    sealed record EraseRequest(string? Password = null);
}
