using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Chat.Application.Push;
using Xunit;

namespace Chat.Testing;

/// <summary>A browser's side of Web Push, by RFC 8291 and RFC 8188 alone: it has a subscription, and reads what comes for it.</summary>
public sealed class Browser : IDisposable
{
    readonly ECDiffieHellman key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    readonly byte[] auth = RandomNumberGenerator.GetBytes(16);

    public PushTarget.WebPush Subscribe(Uri service) => new(new Uri(service, $"push/{Guid.NewGuid():N}").ToString(), Base64Url.EncodeToString(Own), Base64Url.EncodeToString(auth));

    public JsonElement Read(byte[] body)
    {
        var salt = body[..16];
        Assert.Equal(4096, BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(16)));
        Assert.Equal(65, body[20]);
        var sender = body[21..86];
        var record = body[86..];

        using var other = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = { X = sender[1..33], Y = sender[33..] } });
        var first = HKDF.Extract(HashAlgorithmName.SHA256, key.DeriveRawSecretAgreement(other.PublicKey), auth);
        var secret = HKDF.Expand(HashAlgorithmName.SHA256, first, 32, [.. "WebPush: info\0"u8, .. Own, .. sender]);
        var second = HKDF.Extract(HashAlgorithmName.SHA256, secret, salt);
        using var aes = new AesGcm(HKDF.Expand(HashAlgorithmName.SHA256, second, 16, "Content-Encoding: aes128gcm\0"u8.ToArray()), 16);
        var plain = new byte[record.Length - 16];
        aes.Decrypt(HKDF.Expand(HashAlgorithmName.SHA256, second, 12, "Content-Encoding: nonce\0"u8.ToArray()), record.AsSpan(..^16), record.AsSpan(^16..), plain);
        Assert.Equal(2, plain[^1]);
        return JsonDocument.Parse(Encoding.UTF8.GetString(plain[..^1])).RootElement;
    }

    byte[] Own => key.ExportParameters(false) is { Q: { X: { } x, Y: { } y } } ? [4, .. x, .. y] : throw new InvalidOperationException();

    public void Dispose() => key.Dispose();
}
