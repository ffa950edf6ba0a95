using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Chat.Infrastructure.Postgres;

/// <summary>Section "Keys".</summary>
public sealed class KeyOptions : IValidatableObject
{
    public const string Section = "Keys";

    /// <summary>Wraps every other key: 32 random bytes in base64. Whoever loses it loses all texts.</summary>
    public string MasterKey { get; set; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var bytes = new byte[64];
        if (!Convert.TryFromBase64String(MasterKey, bytes, out var length) || length != 32)
        {
            yield return new("Keys:MasterKey must be 32 bytes in base64, for example from: openssl rand -base64 32", [nameof(MasterKey)]);
        }
    }
}

/// <summary>Wraps keys for storage with AES-256-GCM: nonce (12 bytes), ciphertext, tag (16).</summary>
public sealed class MasterKey(IOptions<KeyOptions> options)
{
    const int NonceLength = 12;
    const int TagLength = 16;

    readonly byte[] key = Convert.FromBase64String(options.Value.MasterKey);

    /// <param name="secret">What to wrap.</param>
    /// <param name="purpose">Whose or what for: unwrapping needs the same.</param>
    public byte[] Wrap(ReadOnlySpan<byte> secret, Guid purpose)
    {
        var wrapped = new byte[NonceLength + secret.Length + TagLength];
        RandomNumberGenerator.Fill(wrapped.AsSpan(0, NonceLength));
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(
            wrapped.AsSpan(0, NonceLength), secret, wrapped.AsSpan(NonceLength, secret.Length), wrapped.AsSpan(NonceLength + secret.Length),
            purpose.ToByteArray(bigEndian: true));
        return wrapped;
    }

    /// <summary>A 256-bit key of its own for one purpose, the same on every node.</summary>
    public byte[] Derive(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, info: System.Text.Encoding.UTF8.GetBytes(purpose));

    /// <exception cref="CryptographicException">It was wrapped under another master key or for another purpose.</exception>
    public byte[] Unwrap(ReadOnlySpan<byte> wrapped, Guid purpose)
    {
        var secret = new byte[wrapped.Length - NonceLength - TagLength];
        using var aes = new AesGcm(key, TagLength);
        aes.Decrypt(wrapped[..NonceLength], wrapped[NonceLength..^TagLength], wrapped[^TagLength..], secret, purpose.ToByteArray(bigEndian: true));
        return secret;
    }
}
