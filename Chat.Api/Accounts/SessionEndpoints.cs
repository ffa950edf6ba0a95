using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Api.RateLimits;
using Chat.Application.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Chat.Api.Accounts;

/// <summary>Log in, refresh, log out.</summary>
static class SessionEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var sessions = routes.MapGroup("/v1/sessions").WithTags("Accounts");
        sessions.MapPost("", LogIn).AllowAnonymous().WithName("LogIn").WithSummary("Logs in on a device.").Refuses(422);
        sessions.MapPost("/refresh", Refresh).AllowAnonymous().WithName("Refresh")
            .WithSummary("Exchanges a refresh token. Each is good once: a second use ends the session.").Refuses();
        sessions.MapDelete("/current", LogOut).WithName("LogOut").WithSummary("Ends the caller's session.").Refuses();
    }

    static async Task<Results<Ok<Tokens>, ProblemHttpResult>> LogIn(
        LogInRequest request, SignIn signIn, LoginThrottle throttle, AccessTokens access, RefreshTokens refresh, HttpContext http, CancellationToken ct)
    {
        var device = new DeviceDescription(request.Device?.Id, request.Device?.Name ?? "Unnamed", request.Device?.Platform ?? "unknown");
        if (device.Check() is { } why) return why.ToProblem();

        var account = Username.Normalise(request.Username) ?? "";
        var attempt = throttle.Attempt(account, http.Address);
        if (!attempt.Allowed) return http.TooMany(attempt, "too_many_failed_logins");
        if (await signIn.WithPassword(request.Username, request.Password, device, ct) is not { } signedIn)
            return Unauthorized(http, "wrong_credentials", "Username and password do not belong together.");

        throttle.Succeeded(account, http.Address);
        return TypedResults.Ok(Tokens.Of(signedIn.Session, access, refresh));
    }

    static async Task<Results<Ok<Tokens>, ProblemHttpResult>> Refresh(
        RefreshRequest request, SignIn signIn, AccessTokens access, RefreshTokens refresh, IOptions<AuthOptions> options, HttpContext http, CancellationToken ct) =>
        refresh.TryRead(request.RefreshToken, out var id, out var generation)
            && await signIn.Renew(id, generation, options.Value.RefreshTokenLifetime, ct) is { } session
            ? TypedResults.Ok(Tokens.Of(session, access, refresh))
            : Unauthorized(http, "invalid_refresh_token", "This refresh token is no good (any more); log in again.");

    static async Task<NoContent> LogOut(Caller caller, SignIn signIn, CancellationToken ct)
    {
        if (caller.Session is { } session) await signIn.LogOut(session, ct);
        return TypedResults.NoContent();
    }

    static ProblemHttpResult Unauthorized(HttpContext http, string code, string detail)
    {
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return Problems.Of(401, code, detail);
    }

    /// <param name="Device">Describes the device; its id, given at the first log-in, makes the next one take the former's place.</param>
    sealed record LogInRequest(string Username, string Password, DeviceRequest? Device = null);

    sealed record DeviceRequest(Guid? Id = null, string? Name = null, string? Platform = null);

    sealed record RefreshRequest(string RefreshToken);

    sealed record Tokens(Guid UserId, Guid DeviceId, Guid SessionId, string TokenType, string AccessToken, DateTimeOffset AccessTokenExpiresAt, string RefreshToken)
    {
        public static Tokens Of(Session session, AccessTokens access, RefreshTokens refresh)
        {
            var token = access.Issue(session);
            return new(session.UserId, session.DeviceId, session.Id, "Bearer", token.Value, token.ExpiresAt, refresh.Issue(session));
        }
    }
}
