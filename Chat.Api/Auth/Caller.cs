using System.Security.Claims;
using Chat.Domain;

namespace Chat.Api.Auth;

/// <summary>Who asks, from a token that was checked.</summary>
/// <param name="Session">Null for a token of another issuer, which has its own sessions.</param>
public sealed record Caller(UserId User, DeviceId Device, Guid? Session)
{
    public static Caller Of(ClaimsPrincipal principal) => new(
        new(Guid.Parse(principal.FindFirstValue(Claims.User)!)),
        new(Guid.Parse(principal.FindFirstValue(Claims.Device)!)),
        Guid.TryParse(principal.FindFirstValue(Claims.Session), out var session) ? session : null);

    public static ValueTask<Caller> BindAsync(HttpContext http) => new(Of(http.User));
}

public static class Claims
{
    public const string User = "sub";
    public const string Session = "sid";
    public const string Device = "did";
    public const string IssuedAt = "iat";
    public const string Expires = "exp";
}
