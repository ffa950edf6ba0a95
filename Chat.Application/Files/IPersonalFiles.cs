using Chat.Domain;

namespace Chat.Application.Files;

/// <summary>The files of one user, whether they were sent or not.</summary>
public interface IPersonalFiles
{
    /// <summary>Removes whatever the user has uploaded, and what they have begun to upload. Doing it again removes what has come meanwhile.</summary>
    Task RemoveAllOf(UserId owner, CancellationToken ct);
}
