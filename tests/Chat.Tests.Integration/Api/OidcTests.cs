using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Chat.Tests.Integration.Api;

/// <summary>A server that also takes the tokens of another issuer, which publishes its keys as OpenID Connect Discovery says.</summary>
public sealed class OidcServer : ChatServer
{
    const string Audience = "our-chat";
    static readonly RsaSecurityKey Published = new(RSA.Create(2048)) { KeyId = "one" };
    static readonly RsaSecurityKey Unpublished = new(RSA.Create(2048)) { KeyId = "one" };

    readonly WebApplication issuer = Issuer();

    string Address => issuer.Urls.Single();

    protected override IEnumerable<(string Name, string Value)> More => [("Auth:Oidc:Authority", Address), ("Auth:Oidc:Audience", Audience)];

    public override async ValueTask InitializeAsync()
    {
        await issuer.StartAsync(Ct);
        await base.InitializeAsync();
    }

    /// <summary>Somebody who logged in over there.</summary>
    public HttpClient Somebody(
        string subject, string? name = null, string audience = Audience, string? from = null, bool forged = false, TimeSpan? lifetime = null, TimeSpan? issued = null)
    {
        var expires = DateTime.UtcNow + (lifetime ?? TimeSpan.FromMinutes(5));
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = from ?? Address, Audience = audience, NotBefore = expires.AddHours(-1), Expires = expires, IssuedAt = DateTime.UtcNow + issued,
            Subject = new([new("sub", subject), .. name is null ? Array.Empty<Claim>() : [new("preferred_username", name)]]),
            SigningCredentials = new(forged ? Unpublished : Published, SecurityAlgorithms.RsaSha256),
        });
        var http = Anybody();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    static WebApplication Issuer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapGet("/.well-known/openid-configuration", (HttpContext http) =>
        {
            var address = $"http://{http.Request.Host}";
            return Results.Json(new { issuer = address, jwks_uri = $"{address}/jwks" });
        });
        app.MapGet("/jwks", static () =>
        {
            var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new(Published.Rsa.ExportParameters(false)) { KeyId = Published.KeyId });
            return Results.Json(new { keys = new[] { new { kty = key.Kty, use = "sig", alg = "RS256", kid = key.Kid, n = key.N, e = key.E } } });
        });
        return app;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await issuer.DisposeAsync();
    }
}

public sealed class OidcTests(OidcServer server) : IClassFixture<OidcServer>
{
    OidcServer Server => (OidcServer)server.OrSkip();

    [Fact]
    public async Task whoever_the_other_issuer_vouches_for_is_a_user_here_and_stays_the_same_one()
    {
        var name = $"u{Guid.NewGuid():N}"[..20];
        var first = (await Server.Somebody("subject-1", name).Send(HttpMethod.Get, "/v1/users/me")).Is(200);
        var again = (await Server.Somebody("subject-1", "another_name").Send(HttpMethod.Get, "/v1/users/me")).Is(200);
        var other = (await Server.Somebody("subject-2").Send(HttpMethod.Get, "/v1/users/me")).Is(200);

        Assert.Equal(name, first.Text("username"));
        Assert.Equal(first.Text("id"), again.Text("id"));
        Assert.NotEqual(first.Text("id"), other.Text("id"));
    }

    [Fact]
    public async Task they_talk_with_those_who_have_their_account_here()
    {
        var room = await Server.Ada.StartGroup();
        var me = (await Server.Somebody("subject-3").Send(HttpMethod.Get, "/v1/users/me")).Is(200)["id"].GetGuid();
        (await Server.Ada.Put($"/v1/conversations/{room}/members/{me}")).Is(200);
        (await Server.Somebody("subject-3").Send(HttpMethod.Post, $"/v1/conversations/{room}/messages", new { clientMessageId = Guid.NewGuid(), text = "hello" })).Is(201);
    }

    [Fact]
    public async Task who_is_erased_stays_erased_whatever_the_other_issuer_says()
    {
        var name = $"u{Guid.NewGuid():N}"[..20];
        (await Server.Somebody("subject-5", name).Send(HttpMethod.Get, "/v1/users/me")).Is(200);
        (await Server.Somebody("subject-5", name, issued: TimeSpan.FromMinutes(-6)).Send(HttpMethod.Delete, "/v1/me")).IsProblem(403, "token_too_old");
        (await Server.Somebody("subject-5", name).Send(HttpMethod.Delete, "/v1/me")).Is(202);
        for (Answer? answer = null; answer?.Status != HttpStatusCode.Unauthorized; await Task.Delay(100, ChatServer.Ct))
            answer = await Server.Somebody("subject-5", name).Send(HttpMethod.Get, "/v1/users/me");
        await Server.Person(name); // its username is free again
    }

    public static TheoryData<string> Bad => ["audience", "issuer", "forged", "expired", "nobody"];

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task a_token_that_is_not_for_us_is_refused(string how)
    {
        using var http = how switch
        {
            "audience" => Server.Somebody("subject-4", audience: "another-app"),
            "issuer" => Server.Somebody("subject-4", from: "http://127.0.0.1:1"),
            "forged" => Server.Somebody("subject-4", forged: true),
            "expired" => Server.Somebody("subject-4", lifetime: TimeSpan.FromMinutes(-2)),
            _ => Server.Somebody(""),
        };
        (await http.Send(HttpMethod.Get, "/v1/users/me")).IsProblem(401, "unauthorized");
    }
}
