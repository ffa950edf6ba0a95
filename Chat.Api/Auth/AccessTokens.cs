using Chat.Application.Accounts;
using Chat.Infrastructure.Postgres;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Chat.Api.Auth;

/// <summary>Access tokens: JWTs (RFC 9068) signed with ES256 by the newest signing key.</summary>
public sealed class AccessTokens(SigningKeys keys, IOptions<AuthOptions> options, TimeProvider time)
{
    public const string Type = "at+jwt";

    static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    public AccessToken Issue(Session session)
    {
        var now = time.GetUtcNow();
        var expires = now + options.Value.AccessTokenLifetime;
        var token = Handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = Type,
            Issuer = options.Value.Issuer,
            Audience = options.Value.Audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = expires.UtcDateTime,
            Claims = new Dictionary<string, object>
            {
                [Claims.User] = session.UserId.ToString(),
                [Claims.Session] = session.Id.ToString(),
                [Claims.Device] = session.DeviceId.ToString(),
                ["jti"] = Guid.CreateVersion7().ToString(),
                ["client_id"] = options.Value.Audience,
            },
            SigningCredentials = new(KeyOf(keys.Current[0]), SecurityAlgorithms.EcdsaSha256),
        });
        return new(token, expires);
    }

    /// <summary>How tokens of this issuer are checked: its keys by id and no other key, one algorithm, one type.</summary>
    public TokenValidationParameters Validation() => new()
    {
        ValidIssuer = options.Value.Issuer,
        ValidAudience = options.Value.Audience,
        ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
        ValidTypes = [Type],
        ClockSkew = TimeSpan.FromSeconds(30),
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        TryAllIssuerSigningKeys = false,
        NameClaimType = Claims.User,
        // the library asks synchronously; a key that is not here yet is fetched before, see AuthRegistration
        IssuerSigningKeyResolver = (_, _, kid, _) => keys.Current.Where(key => key.Id.ToString() == kid).Select(KeyOf),
    };

    /// <summary>The public halves, for those who check tokens elsewhere.</summary>
    public JwkSet Public() => new([.. keys.Current.Select(static key =>
    {
        var point = key.Key.ExportParameters(includePrivateParameters: false).Q;
        return new Jwk("EC", "P-256", "ES256", "sig", key.Id.ToString(), Base64UrlEncoder.Encode(point.X), Base64UrlEncoder.Encode(point.Y));
    })]);

    static ECDsaSecurityKey KeyOf(SigningKey key) => new(key.Key) { KeyId = key.Id.ToString() };
}

public sealed record AccessToken(string Value, DateTimeOffset ExpiresAt);

public sealed record JwkSet(IReadOnlyList<Jwk> Keys);

public sealed record Jwk(string Kty, string Crv, string Alg, string Use, string Kid, string X, string Y);
