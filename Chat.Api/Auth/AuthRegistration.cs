using System.Security.Claims;
using Chat.Api.Files;
using Chat.Application.Accounts;
using Chat.Domain;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.ReadModels;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Chat.Api.Auth;

public static class AuthRegistration
{
    const string Own = "Own";
    const string Foreign = "Oidc";

    extension(IServiceCollection services)
    {
        /// <summary>Bearer tokens of this server, and of another issuer when Auth:Oidc names one. Every route needs one unless it says otherwise.</summary>
        public IServiceCollection AddAuth(IConfiguration configuration)
        {
            services.AddOptions<AuthOptions>().BindConfiguration(AuthOptions.Section).ValidateDataAnnotations().ValidateOnStart();
            // nothing here is a cookie: no keys on disk for them
            services.AddDataProtection().UseEphemeralDataProtectionProvider();
            services.AddSingleton<AccessTokens>().AddSingleton<RefreshTokens>();
            services.AddOptions<JwtBearerOptions>(Own).Configure<AccessTokens>(static (options, tokens) =>
            {
                options.TokenValidationParameters = tokens.Validation();
                options.Events = new() { OnMessageReceived = Receive, OnTokenValidated = Admit };
            });
            services.AddOptions<JwtBearerOptions>(Foreign).Configure<IOptions<AuthOptions>>(static (options, auth) =>
            {
                options.Authority = auth.Value.Oidc.Authority;
                options.Audience = auth.Value.Oidc.Audience;
                options.RequireHttpsMetadata = options.Authority?.StartsWith("http://127.0.0.1", StringComparison.Ordinal) != true;
                options.TokenValidationParameters.ValidAlgorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSsaPssSha256];
                options.TokenValidationParameters.ClockSkew = TimeSpan.FromSeconds(30);
                options.Events = new() { OnMessageReceived = Receive, OnTokenValidated = Provision };
            });
            var authentication = services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme)
                .AddPolicyScheme(JwtBearerDefaults.AuthenticationScheme, null, static options => options.ForwardDefaultSelector = SchemeFor)
                .AddJwtBearer(Own, KeepLittle)
                .AddScheme<AuthenticationSchemeOptions, FileLinkAuthentication>(FileLinkAuthentication.Name, null);
            if (configuration[$"{AuthOptions.Section}:Oidc:Authority"] is not null) authentication.AddJwtBearer(Foreign, KeepLittle);
            return services.AddAuthorizationBuilder()
                .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()).Services;
        }
    }

    // Only which checks apply is read from the unchecked token; each scheme then insists on its own issuer.
    static string SchemeFor(HttpContext http)
    {
        if (FileLinkAuthentication.Concerns(http)) return FileLinkAuthentication.Name;
        var auth = http.RequestServices.GetRequiredService<IOptions<AuthOptions>>().Value;
        if (auth.Oidc.Authority is null || TokenOf(http) is not { } token) return Own;
        try
        {
            return new JsonWebToken(token).Issuer == auth.Issuer ? Own : Foreign;
        }
        catch (ArgumentException)
        {
            return Own; // no JWT at all: refused there
        }
    }

    static async Task Receive(MessageReceivedContext context)
    {
        context.Token = TokenOf(context.HttpContext);
        // a kid that this node has not seen may be the new key of another node
        if (context.Scheme.Name == Own && context.Token is { Length: < 4096 } token && KeyIdOf(token) is { } kid)
            await context.HttpContext.RequestServices.GetRequiredService<SigningKeys>().Find(kid, context.HttpContext.RequestAborted);
    }

    // A browser's WebSocket cannot send a header, so the hub, and only the hub, takes the token from the query.
    static string? TokenOf(HttpContext http) =>
        http.Request.Headers.Authorization.ToString() is { Length: > 7 } header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim()
        : http.Request.Path.StartsWithSegments("/v1/live") && http.Request.Query["access_token"].ToString() is { Length: > 0 } query ? query
        : null;

    static Guid? KeyIdOf(string token)
    {
        try
        {
            return Guid.TryParse(new JsonWebToken(token).Kid, out var kid) ? kid : null;
        }
        catch (ArgumentException)
        {
            return null; // no JWT; the handler refuses it
        }
    }

    static async Task Admit(TokenValidatedContext context)
    {
        var sessions = context.HttpContext.RequestServices.GetRequiredService<SessionStates>();
        if (!Guid.TryParse(context.Principal?.FindFirstValue(Claims.Session), out var session)
            || await sessions.IsRevoked(session, context.HttpContext.RequestAborted)) context.Fail("The session is over.");
        else context.Principal = Lasting(context.Principal, Own, context.Principal.Claims.Where(static claim => claim.Type is Claims.User or Claims.Session or Claims.Device));
    }

    static async Task Provision(TokenValidatedContext context)
    {
        var token = context.Principal!;
        if (token.FindFirstValue("sub") is not { Length: > 0 } subject || token.FindFirstValue("iss") is not { } issuer)
        {
            context.Fail("The token names nobody.");
            return;
        }
        var (services, ct) = (context.HttpContext.RequestServices, context.HttpContext.RequestAborted);
        if (await services.GetRequiredService<ForeignUsers>()
            .Provision(issuer, subject, token.FindFirstValue("preferred_username"), token.FindFirstValue("name"), ct) is not { } provisioned)
        {
            context.Fail("The user has been erased.");
            return;
        }
        var (user, registered) = provisioned;
        // at first sight: what they ask for next is often themselves
        if (registered is not null) await services.GetRequiredService<ReadModelProgress>().WaitFor(registered.Position, ["directory"], TimeSpan.FromSeconds(1), ct);
        var device = NameBasedGuid.Create(user.Value, token.FindFirstValue("sid") ?? "");
        context.Principal = Lasting(token, Foreign, [new(Claims.User, user.ToString()), new(Claims.Device, device.ToString())]);
    }

    // A socket keeps its principal as long as it is open, and a principal the token it was made from: what is never asked for is left behind.
    static void KeepLittle(JwtBearerOptions options) => (options.MapInboundClaims, options.SaveToken) = (false, false);

    static ClaimsPrincipal Lasting(ClaimsPrincipal token, string scheme, IEnumerable<Claim> who) =>
        new(new ClaimsIdentity([.. who, .. token.FindAll(Claims.Expires), .. token.FindAll(Claims.IssuedAt)], scheme));
}
