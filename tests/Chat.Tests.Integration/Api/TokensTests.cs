using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Chat.Tests.Integration.Api;

/// <summary>Forged, altered and broken access tokens: all answered alike.</summary>
public sealed class TokensTests(ChatServer server) : IClassFixture<ChatServer>
{
    [Fact]
    public async Task without_a_token_nothing_is_told() => await IsRefused(null);

    [Theory]
    [InlineData("garbage")]
    [InlineData("a.b.c")]
    [InlineData("eyJhbGciOiJub25lIn0.e30.")]
    public async Task what_is_no_token_is_refused(string token) => await IsRefused(token);

    [Fact]
    public async Task a_token_without_a_signature_is_refused()
    {
        var (_, payload, _) = Parts((await server.Person()).AccessToken);
        await IsRefused($"{Encode("""{"alg":"none","typ":"at+jwt"}""")}.{payload}.");
    }

    [Fact]
    public async Task a_token_signed_with_the_public_key_as_a_secret_is_refused()
    {
        var (header, payload, _) = Parts((await server.Person()).AccessToken);
        var jwk = (await server.Anybody().Send(HttpMethod.Get, "/.well-known/jwks.json")).Is(200)["keys"][0];
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new() { X = Base64Url.DecodeFromChars(jwk.GetProperty("x").GetString()), Y = Base64Url.DecodeFromChars(jwk.GetProperty("y").GetString()) },
        });
        var unsigned = $"{Encode(With(header, "alg", "HS256"))}.{payload}";
        foreach (var secret in new[] { Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem()), key.ExportSubjectPublicKeyInfo() })
        {
            await IsRefused($"{unsigned}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(unsigned)))}");
        }
    }

    [Fact]
    public async Task a_token_of_a_key_that_is_not_ours_is_refused()
    {
        var (header, payload, _) = Parts((await server.Person()).AccessToken);
        await IsRefused(Signed(With(header, "kid", Guid.CreateVersion7().ToString()), payload));
        await IsRefused(Signed(Decode(header), payload));
    }

    [Fact]
    public async Task a_token_with_other_words_under_the_signature_is_refused()
    {
        var (ada, eve) = (await server.Person(), await server.Person());
        var (header, payload, signature) = Parts(eve.AccessToken);
        await IsRefused($"{header}.{Encode(With(payload, "sub", ada.Id.ToString()))}.{signature}");
    }

    async Task IsRefused(string? token)
    {
        using var http = server.Anybody();
        if (token is not null) http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        var answer = (await http.Send(HttpMethod.Get, "/v1/users/me")).IsProblem(401, "unauthorized");
        Assert.StartsWith("Bearer", answer.Headers["WWW-Authenticate"], StringComparison.Ordinal);
    }

    static string Signed(string header, string payload)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var unsigned = $"{Encode(header)}.{payload}";
        return $"{unsigned}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(unsigned), HashAlgorithmName.SHA256))}";
    }

    static (string Header, string Payload, string Signature) Parts(string token) => token.Split('.') is [var header, var payload, var signature]
        ? (header, payload, signature) : throw new ArgumentException("This is no JWT.", nameof(token));

    static string With(string part, string claim, string value)
    {
        var json = JsonNode.Parse(Decode(part))!;
        json[claim] = value;
        return json.ToJsonString();
    }

    static string Decode(string part) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(part));

    static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
