using Chat.Application.Files;

namespace Chat.Api.Files;

/// <param name="State">What it is now; see the file itself for what becomes of it.</param>
sealed record UploadedFile(Guid Id, string Name, long Size, FileState State)
{
    /// <summary>A file whose bytes are all there.</summary>
    public static UploadedFile Of(StoredFile file) => new(file.Id.Value, file.Name, file.Size, file.State == FileState.Uploading ? FileState.Checking : file.State);
}
