using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Chat.Domain;
using Konscious.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Chat.Application.Accounts;

/// <summary>
/// Hashes passwords with Argon2id into PHC strings, a few at a time: each takes memory and a core, and log-ins must not starve the rest.
/// </summary>
public sealed class Passwords(IOptions<PasswordOptions> options) : IDisposable
{
    const int HashLength = 32;
    const int SaltLength = 16;

    readonly PasswordOptions cost = options.Value;
    readonly SemaphoreSlim slots = new(options.Value.AtOnce);
    readonly Lazy<string> decoy = new(() => Format(options.Value, new byte[SaltLength], new byte[HashLength]));

    /// <summary>Why this cannot be a password, or null. It is kept exactly as typed, blanks and all.</summary>
    public static Refusal? Check(string password) =>
        Encoding.UTF8.GetByteCount(password) > 1024 ? AccountRefusals.PasswordTooLong
        : password.EnumerateRunes().Count() < 8 ? AccountRefusals.PasswordTooShort
        : CommonPasswords.Contains(password) ? AccountRefusals.PasswordTooCommon
        : null;

    public async Task<string> Hash(string password, CancellationToken ct)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        return Format(cost, salt, await Derive(password, salt, cost, ct));
    }

    /// <summary>Whether the password is the one that was hashed. Without a hash it takes as long and says no, so that time tells nobody who has an account.</summary>
    public async Task<bool> Verify(string password, string? hash, CancellationToken ct)
    {
        if (password.Length == 0) return false; // nobody has none, and it cannot be hashed
        var (from, salt, expected) = Parse(hash ?? decoy.Value);
        var actual = await Derive(password, salt, from, ct);
        return CryptographicOperations.FixedTimeEquals(actual, expected) && hash is not null;
    }

    public void Dispose() => slots.Dispose();

    async Task<byte[]> Derive(string password, byte[] salt, PasswordOptions cost, CancellationToken ct)
    {
        await slots.WaitAsync(ct);
        try
        {
            return await Task.Run(() =>
            {
                using var argon = new Argon2id(Encoding.UTF8.GetBytes(password))
                {
                    Salt = salt, MemorySize = cost.MemoryKib, Iterations = cost.Iterations, DegreeOfParallelism = 1,
                };
                return argon.GetBytes(HashLength);
            }, ct);
        }
        finally
        {
            slots.Release();
        }
    }

    static string Format(PasswordOptions cost, byte[] salt, byte[] hash) => string.Create(CultureInfo.InvariantCulture,
        $"$argon2id$v=19$m={cost.MemoryKib},t={cost.Iterations},p=1${Convert.ToBase64String(salt).TrimEnd('=')}${Convert.ToBase64String(hash).TrimEnd('=')}");

    // Only what Format wrote comes here; the cost may be that of an earlier configuration.
    static (PasswordOptions Cost, byte[] Salt, byte[] Hash) Parse(string phc)
    {
        var parts = phc.Split('$');
        var cost = parts[3].Split(',').Select(static part => int.Parse(part.AsSpan(2), CultureInfo.InvariantCulture)).ToArray();
        return (new() { MemoryKib = cost[0], Iterations = cost[1] }, FromBase64(parts[4]), FromBase64(parts[5]));
    }

    static byte[] FromBase64(string text) => Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
}

/// <summary>Section "Auth:Passwords". The defaults are OWASP's for Argon2id.</summary>
public sealed class PasswordOptions
{
    public const string Section = "Auth:Passwords";

    [Range(8 * 1024, 1024 * 1024)]
    public int MemoryKib { get; set; } = 19 * 1024;

    [Range(1, 20)]
    public int Iterations { get; set; } = 2;

    /// <summary>Hashes computed at the same time; the others wait.</summary>
    [Range(1, 64)]
    public int AtOnce { get; set; } = Math.Max(1, Environment.ProcessorCount / 2);
}
