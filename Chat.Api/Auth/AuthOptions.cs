using System.ComponentModel.DataAnnotations;
using Chat.Infrastructure.Postgres;

namespace Chat.Api.Auth;

/// <summary>Section "Auth".</summary>
public sealed class AuthOptions : IValidatableObject
{
    public const string Section = "Auth";

    [Required]
    public string Issuer { get; set; } = "chat";

    [Required]
    public string Audience { get; set; } = "chat";

    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>A session that is not used for so long is over.</summary>
    public TimeSpan RefreshTokenLifetime { get; set; } = TimeSpan.FromDays(60);

    public OidcOptions Oidc { get; set; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (AccessTokenLifetime < TimeSpan.FromSeconds(5) || AccessTokenLifetime > SigningKeys.LongestToken)
            yield return new("Auth:AccessTokenLifetime must be from 5 seconds to 24 hours.", [nameof(AccessTokenLifetime)]);
        if (RefreshTokenLifetime < AccessTokenLifetime) yield return new("Auth:RefreshTokenLifetime must not be below Auth:AccessTokenLifetime.", [nameof(RefreshTokenLifetime)]);
        if (Oidc.Authority is null) yield break;
        if (!Uri.TryCreate(Oidc.Authority, UriKind.Absolute, out var authority) || (authority.Scheme != Uri.UriSchemeHttps && !authority.IsLoopback))
            yield return new("Auth:Oidc:Authority must be an https address.", [nameof(Oidc)]);
        if (Oidc.Audience is null) yield return new("Auth:Oidc:Audience must be set along with Auth:Oidc:Authority.", [nameof(Oidc)]);
    }
}

/// <summary>Another issuer whose access tokens are good here too.</summary>
public sealed class OidcOptions
{
    public string? Authority { get; set; }
    public string? Audience { get; set; }
}
