using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Chat.Tests.Integration.Push;

/// <summary>A signed token as whoever receives it reads it.</summary>
public sealed record ProviderToken(JsonElement Header, JsonElement Claims)
{
    public static ProviderToken By(ECDsa key, string token) => Read(token, "ES256", (input, signature) => key.VerifyData(input, signature, HashAlgorithmName.SHA256));

    public static ProviderToken By(RSA key, string token) =>
        Read(token, "RS256", (input, signature) => key.VerifyData(input, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public DateTimeOffset Time(string claim) => DateTimeOffset.FromUnixTimeSeconds(Claims.GetProperty(claim).GetInt64());

    static ProviderToken Read(string token, string algorithm, Func<byte[], byte[], bool> verify)
    {
        var parts = token.Split('.');
        Assert.True(verify(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2])), "The signature does not verify.");
        var read = new ProviderToken(Json(parts[0]), Json(parts[1]));
        Assert.Equal(algorithm, read.Header.GetProperty("alg").GetString());
        return read;
    }

    static JsonElement Json(string part) => JsonDocument.Parse(Base64Url.DecodeFromChars(part)).RootElement;
}
