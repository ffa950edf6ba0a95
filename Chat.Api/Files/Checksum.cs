using System.Security.Cryptography;

namespace Chat.Api.Files;

/// <summary>What the body of a request is said to hash to.</summary>
sealed record Checksum(HashAlgorithmName Algorithm, byte[] Hash)
{
    public const string Algorithms = "sha1,sha256";

    /// <summary>"sha256 2jmj7l5r…", the hash in base64; null for anything else.</summary>
    public static Checksum? Parse(string header)
    {
        if (header.Split(' ') is not [var name, var coded]) return null;
        (HashAlgorithmName Algorithm, int Length)? known = name switch
        {
            "sha1" => (HashAlgorithmName.SHA1, SHA1.HashSizeInBytes),
            "sha256" => (HashAlgorithmName.SHA256, SHA256.HashSizeInBytes),
            _ => null,
        };
        var hash = new byte[coded.Length];
        return known is var (algorithm, length) && Convert.TryFromBase64String(coded, hash, out var written) && written == length ? new(algorithm, hash[..length]) : null;
    }
}

sealed class ChecksumMismatchException : Exception;
