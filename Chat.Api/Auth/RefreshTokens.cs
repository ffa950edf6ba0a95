using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Chat.Application.Accounts;
using Chat.Infrastructure.Postgres;

namespace Chat.Api.Auth;

/// <summary>
/// Refresh tokens: session id (16 bytes), generation (4), HMAC-SHA-256 of both under a key derived from the master key. Nothing of
/// them is stored, so a copy of the database logs nobody in, and a used one is told from an invented one.
/// </summary>
public sealed class RefreshTokens(MasterKey master)
{
    const int BodyLength = 20;

    readonly byte[] key = master.Derive("refresh-token");

    public string Issue(Session session)
    {
        Span<byte> token = stackalloc byte[BodyLength + HMACSHA256.HashSizeInBytes];
        session.Id.TryWriteBytes(token, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(token[16..], session.Generation);
        HMACSHA256.HashData(key, token[..BodyLength], token[BodyLength..]);
        return Base64Url.EncodeToString(token);
    }

    public bool TryRead(string text, out Guid session, out int generation)
    {
        (session, generation) = (default, 0);
        Span<byte> token = stackalloc byte[BodyLength + HMACSHA256.HashSizeInBytes];
        if (text.Length != Base64Url.GetEncodedLength(token.Length) || !Base64Url.TryDecodeFromChars(text, token, out var length) || length != token.Length) return false;

        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, token[..BodyLength], expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, token[BodyLength..])) return false;

        session = new Guid(token[..16], bigEndian: true);
        generation = BinaryPrimitives.ReadInt32BigEndian(token[16..]);
        return true;
    }
}
