namespace Chat.Infrastructure.Images;

/// <summary>Folders for one picture each, that nobody else can look into.</summary>
static class Workspace
{
    const string Prefix = "chat-image-";
    static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    /// <summary>A new one. Those of processes that were killed are deleted in passing.</summary>
    public static string Create()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), $"{Prefix}*").Where(IsAbandoned)) TryDelete(folder);
        return Directory.CreateTempSubdirectory(Prefix).FullName;
    }

    static bool IsAbandoned(string folder) => DateTime.UtcNow - Directory.GetLastWriteTimeUtc(folder) > Abandoned;

    static void TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // another process's, or being deleted by one
        }
    }
}
