using Chat.Application.Search;

namespace Chat.Infrastructure.ReadModels;

/// <summary>The form in which names are compared when somebody searches: case and accents aside.</summary>
static class SearchKey
{
    public static string Of(string name) => TextFolding.Fold(name);

    /// <summary>A LIKE pattern for names that begin with the text.</summary>
    public static string Prefix(string text) =>
        Of(text).Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal) + "%";
}
