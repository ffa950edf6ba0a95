using System.Security.Claims;
using System.Text.Encodings.Web;
using Chat.Api.Auth;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Chat.Api.Files;

/// <summary>Whoever comes by a signed link is its user, on the one route that takes it.</summary>
sealed class FileLinkAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, FileLinks links)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "FileLink";

    /// <summary>Whether a request is one of this kind.</summary>
    public static bool Concerns(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<TakesFileLink>() is not null && http.Request.Query.ContainsKey(FileLinks.Signature);

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!Guid.TryParse(Request.RouteValues["fileId"] as string, out var file) || links.Read(new(file), Request.Query) is not { } user)
            return Task.FromResult(AuthenticateResult.Fail("The link is not good, or no longer."));
        // no device of theirs, and no session: neither is looked at where this is taken
        var identity = new ClaimsIdentity([new(Claims.User, user.ToString()), new(Claims.Device, $"{Guid.Empty}")], Name);
        return Task.FromResult(AuthenticateResult.Success(new(new(identity), Name)));
    }
}
