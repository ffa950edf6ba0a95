using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Chat.Bench.Api;

namespace Chat.Bench.Import;

/// <summary>
/// An account for each person of the logs, signed in when first needed. Name and password follow from the nick, so that a later run
/// finds the same accounts: they are for test servers only.
/// </summary>
sealed class People(HttpClient http)
{
    readonly ConcurrentDictionary<string, Lazy<Task<ChatClient>>> signedIn = new();

    public Task<ChatClient> Get(string person, string displayName) =>
        signedIn.GetOrAdd(person, key => new(() => ChatClient.SignIn(http, Account(key, displayName)))).Value;

    /// <summary>A username holds less than a nick may; the hash keeps "a|b" and "a_b" apart.</summary>
    public static Account Account(string person, string displayName)
    {
        var key = SHA256.HashData(Encoding.UTF8.GetBytes(person));
        var readable = new string([.. person.Where(char.IsAsciiLetterOrDigit).Take(16)]);
        return new($"irc-{readable}-{Convert.ToHexStringLower(key.AsSpan(0, 4))}", Convert.ToHexStringLower(HMACSHA256.HashData(key, "chat import"u8)), displayName);
    }
}
