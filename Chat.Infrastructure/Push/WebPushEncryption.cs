using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Chat.Infrastructure.Push;

/// <summary>Message encryption for Web Push (RFC 8291) in the content coding aes128gcm (RFC 8188), as one record.</summary>
public static class WebPushEncryption
{
    const int RecordSize = 4096;
    const int TagLength = 16;
    const byte LastRecord = 2;

    /// <summary>Push services take at least 4,096 bytes: a header of 86, the tag and a delimiter go off.</summary>
    public const int MaxPlaintext = RecordSize - 86 - TagLength - 1;

    /// <summary>Encrypts for one browser, under a key and salt made for this message only.</summary>
    public static byte[] Encrypt(ReadOnlySpan<byte> plaintext, byte[] browserKey, byte[] auth)
    {
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return Encrypt(plaintext, browserKey, auth, key, RandomNumberGenerator.GetBytes(16));
    }

    /// <param name="browserKey">p256dh, an uncompressed point of 65 bytes.</param>
    /// <param name="key">The sender's side of the agreement.</param>
    internal static byte[] Encrypt(ReadOnlySpan<byte> plaintext, byte[] browserKey, byte[] auth, ECDiffieHellman key, byte[] salt)
    {
        var ownKey = Point(key.ExportParameters(false));
        var (contentKey, nonce) = Keys(Agree(key, browserKey), auth, browserKey, ownKey, salt);

        var body = new byte[16 + 4 + 1 + ownKey.Length + plaintext.Length + 1 + TagLength];
        salt.CopyTo(body, 0);
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(16), RecordSize);
        body[20] = (byte)ownKey.Length;
        ownKey.CopyTo(body, 21);

        byte[] padded = [.. plaintext, LastRecord];
        var record = body.AsSpan(21 + ownKey.Length);
        using var aes = new AesGcm(contentKey, TagLength);
        aes.Encrypt(nonce, padded, record[..padded.Length], record[padded.Length..]);
        return body;
    }

    /// <summary>What both sides derive from their agreement.</summary>
    internal static (byte[] ContentKey, byte[] Nonce) Keys(byte[] agreed, byte[] auth, byte[] browserKey, byte[] senderKey, byte[] salt)
    {
        var input = HKDF.DeriveKey(HashAlgorithmName.SHA256, agreed, 32, auth, [.. "WebPush: info\0"u8, .. browserKey, .. senderKey]);
        return (HKDF.DeriveKey(HashAlgorithmName.SHA256, input, 16, salt, [.. "Content-Encoding: aes128gcm\0"u8]),
            HKDF.DeriveKey(HashAlgorithmName.SHA256, input, 12, salt, [.. "Content-Encoding: nonce\0"u8]));
    }

    internal static byte[] Agree(ECDiffieHellman own, byte[] other)
    {
        using var key = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = { X = other[1..33], Y = other[33..65] } });
        return own.DeriveRawSecretAgreement(key.PublicKey);
    }

    /// <summary>A public key as an uncompressed point.</summary>
    internal static byte[] Point(ECParameters key) => [4, .. key.Q.X!, .. key.Q.Y!];
}
