using System.Security.Cryptography;
using System.Text;
using Chat.Application.Keys;

namespace Chat.Application.Log;

/// <summary>
/// Seals and opens the texts of one user with AES-256-GCM: base64 of nonce (12 bytes), ciphertext, tag (16). The event's id is authenticated
/// with it, so a sealed text cannot be moved to another event unnoticed. Preparing the key costs more than a short text: one for many texts,
/// by one thread at a time.
/// </summary>
sealed class PersonalCipher(PersonalKey key) : IDisposable
{
    const int NonceLength = 12;
    const int TagLength = 16;
    const int IdLength = 16;

    readonly AesGcm? aes = key.Value is { } secret ? new(secret.Span, TagLength) : null;

    /// <summary>The key has been destroyed.</summary>
    public bool IsErased => aes is null;

    public string Seal(string text, Guid eventId)
    {
        if (aes is null) throw new InvalidOperationException("An erased user writes nothing.");
        var plain = Encoding.UTF8.GetBytes(text);
        var sealedText = new byte[NonceLength + plain.Length + TagLength].AsSpan();
        RandomNumberGenerator.Fill(sealedText[..NonceLength]);
        Span<byte> id = stackalloc byte[IdLength];
        eventId.TryWriteBytes(id, bigEndian: true, out _);
        aes.Encrypt(sealedText[..NonceLength], plain, sealedText[NonceLength..^TagLength], sealedText[^TagLength..], id);
        return Convert.ToBase64String(sealedText);
    }

    /// <exception cref="CryptographicException">The text was not sealed under this key for this event, or was changed since.</exception>
    public string Open(string sealedText, Guid eventId)
    {
        if (aes is null) return PersonalText.Erased;
        var bytes = Convert.FromBase64String(sealedText).AsSpan();
        if (bytes.Length < NonceLength + TagLength) throw new CryptographicException("A sealed text is cut short.");
        var text = bytes[NonceLength..^TagLength];
        Span<byte> id = stackalloc byte[IdLength];
        eventId.TryWriteBytes(id, bigEndian: true, out _);
        aes.Decrypt(bytes[..NonceLength], text, bytes[^TagLength..], text, id); // in place
        return Encoding.UTF8.GetString(text);
    }

    public void Dispose() => aes?.Dispose();
}
