using Chat.Domain;

namespace Chat.Application.Accounts;

/// <summary>
/// What a user logs in with and is mentioned by: 3 to 32 of a–z, 0–9, dot, underscore and hyphen, beginning and ending with a letter
/// or digit. ASCII alone, because look-alikes of other scripts are how one user passes for another; what a person is called on
/// screen, in any script, is the display name.
/// </summary>
public static class Username
{
    /// <summary>The one spelling of a username, or null when it cannot be one.</summary>
    public static string? Normalise(string input) =>
        input.Length is >= 3 and <= 32 && input.All(IsAllowed) && char.IsAsciiLetterOrDigit(input[0]) && char.IsAsciiLetterOrDigit(input[^1])
            ? input.ToLowerInvariant()
            : null;

    static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-';
}
