using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Chat.Domain;
using Chat.Infrastructure.Postgres;
using Microsoft.AspNetCore.WebUtilities;

namespace Chat.Api.Files;

/// <summary>
/// Addresses that carry who asks instead of a token, for what cannot send one: an img element, a player. Signed for one user, file and variant
/// under a key that all nodes derive. They say who asks; whether that one may see the file is asked again each time.
/// </summary>
sealed class FileLinks(MasterKey master, TimeProvider time)
{
    public const string Signature = "signature";
    static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    readonly byte[] key = master.Derive("file links");

    public FileLink Sign(UserId user, FileId file, string? variant)
    {
        var expires = (time.GetUtcNow() + Life).ToUnixTimeSeconds();
        var query = QueryString.Create(
        [
            .. variant is null ? [] : (KeyValuePair<string, string?>[])[new("variant", variant)], new("user", user.ToString()), new("expires", expires.ToString(CultureInfo.InvariantCulture)),
            new(Signature, WebEncoders.Base64UrlEncode(Mac(user, file, variant, expires))),
        ]);
        return new(query.Value!, DateTimeOffset.FromUnixTimeSeconds(expires));
    }

    /// <summary>Whom a query speaks for; null when it is not ours, not of this file and variant, or over.</summary>
    public UserId? Read(FileId file, IQueryCollection query) =>
        query.TryGetValue(Signature, out var signature) && TryDecode(signature, out var mac)
            && Guid.TryParse(query["user"], out var user)
            && long.TryParse(query["expires"], NumberStyles.None, CultureInfo.InvariantCulture, out var expires) && expires > time.GetUtcNow().ToUnixTimeSeconds()
            && CryptographicOperations.FixedTimeEquals(mac, Mac(new(user), file, query["variant"] is [{ Length: > 0 } variant] ? variant : null, expires))
            ? new(user) : null;

    byte[] Mac(UserId user, FileId file, string? variant, long expires) =>
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{user}|{file}|{expires}|{variant}")));

    static bool TryDecode(string? text, out byte[] bytes)
    {
        try
        {
            bytes = WebEncoders.Base64UrlDecode(text ?? "");
            return true;
        }
        catch (FormatException)
        {
            bytes = [];
            return false; // no signature of anybody's
        }
    }
}

/// <param name="Query">To follow the address of the content.</param>
sealed record FileLink(string Query, DateTimeOffset ExpiresAt);

/// <summary>Marks the one route that takes a signed link for a token.</summary>
sealed record TakesFileLink;
