using Chat.Domain;

namespace Chat.Application.Files;

/// <summary>Who may have a file that was sent. Its owner always may, and is not asked about here.</summary>
public interface IFileAccess
{
    /// <summary>Whether a message that refers to the file is one that the reader may see now: a member, since it was said, and it is not deleted.</summary>
    Task<bool> MaySee(UserId reader, FileId file, CancellationToken ct);
}
