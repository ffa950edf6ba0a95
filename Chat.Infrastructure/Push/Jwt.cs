using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Chat.Infrastructure.Push;

/// <summary>Signed tokens as the providers want them (RFC 7515, compact).</summary>
static class Jwt
{
    public static string Sign(ECDsa key, JsonObject claims, string? keyId = null) =>
        Sign("ES256", keyId, claims, input => key.SignData(input, HashAlgorithmName.SHA256));

    public static string Sign(RSA key, JsonObject claims, string? keyId = null) =>
        Sign("RS256", keyId, claims, input => key.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    static string Sign(string algorithm, string? keyId, JsonObject claims, Func<byte[], byte[]> sign)
    {
        var header = new JsonObject { ["alg"] = algorithm, ["typ"] = "JWT" };
        if (keyId is not null) header["kid"] = keyId;
        var signed = $"{Encode(header)}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
