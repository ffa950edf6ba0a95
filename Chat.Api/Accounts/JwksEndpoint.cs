using Chat.Api.Auth;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Chat.Api.Accounts;

static class JwksEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/.well-known/jwks.json", Keys).AllowAnonymous().WithTags("Accounts")
        .WithName("SigningKeys").WithSummary("The public keys that verify access tokens (RFC 7517).");

    static Ok<JwkSet> Keys(AccessTokens tokens, HttpContext http)
    {
        http.Response.Headers.CacheControl = "public, max-age=60";
        return TypedResults.Ok(tokens.Public());
    }
}
