using System.Security.Cryptography;
using System.Text;
using Chat.Application.Keys;

namespace Chat.Application.Log;

/// <summary>
/// Seals a text with AES-256-GCM: base64 of nonce (12 bytes), ciphertext, tag (16). The event's id is authenticated with it, so
/// a sealed text cannot be moved to another event unnoticed.
/// </summary>
public static class PersonalText
{
    /// <summary>What a text reads as once its author's key has been destroyed.</summary>
    public const string Erased = "[erased]";

    const int NonceLength = 12;
    const int TagLength = 16;

    internal static string Seal(string text, PersonalKey key, Guid eventId)
    {
        if (key.Value is not { } secret) throw new InvalidOperationException("An erased user writes nothing.");
        var plain = Encoding.UTF8.GetBytes(text);
        var sealedText = new byte[NonceLength + plain.Length + TagLength];
        RandomNumberGenerator.Fill(sealedText.AsSpan(0, NonceLength));
        using var aes = new AesGcm(secret.Span, TagLength);
        aes.Encrypt(
            sealedText.AsSpan(0, NonceLength), plain, sealedText.AsSpan(NonceLength, plain.Length), sealedText.AsSpan(NonceLength + plain.Length),
            eventId.ToByteArray(bigEndian: true));
        return Convert.ToBase64String(sealedText);
    }

    /// <exception cref="CryptographicException">The text was not sealed under this key for this event, or was changed since.</exception>
    internal static string Open(string sealedText, PersonalKey key, Guid eventId)
    {
        if (key.Value is not { } secret) return Erased;
        var bytes = Convert.FromBase64String(sealedText).AsSpan();
        if (bytes.Length < NonceLength + TagLength) throw new CryptographicException("A sealed text is cut short.");
        var plain = new byte[bytes.Length - NonceLength - TagLength];
        using var aes = new AesGcm(secret.Span, TagLength);
        aes.Decrypt(bytes[..NonceLength], bytes[NonceLength..^TagLength], bytes[^TagLength..], plain, eventId.ToByteArray(bigEndian: true));
        return Encoding.UTF8.GetString(plain);
    }
}
