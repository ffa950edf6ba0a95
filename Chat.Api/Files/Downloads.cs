using Chat.Application.Files;
using Chat.Domain;

namespace Chat.Api.Files;

/// <summary>Who may have which bytes, and where they come from.</summary>
sealed class Downloads(IFileChecks files, IFileAccess access, IBlobStore blobs)
{
    // For the browser to follow at once; the link itself was checked just now.
    static readonly TimeSpan LinkLife = TimeSpan.FromSeconds(60);

    /// <summary>The file, or null where the reader may not know that there is one. Asked anew each time.</summary>
    public async Task<StoredFile?> Find(UserId reader, FileId id, CancellationToken ct) =>
        await files.Find(id, ct) is { } file && (file.Owner == reader || await access.MaySee(reader, id, ct)) ? file : null;

    public static Refusal? Refusal(StoredFile? file, string? variant) => file switch
    {
        null => FileRefusals.NoSuchFile,
        { State: FileState.Rejected } => FileRefusals.Rejected,
        { State: not FileState.Ready } => FileRefusals.NotReady,
        { Image: null } when variant is not null => FileRefusals.NoSuchVariant,
        _ when variant is not null && !ImageVariants.Sides.ContainsKey(variant) => FileRefusals.NoSuchVariant,
        _ => null,
    };

    /// <summary>Where the store hands the bytes out itself, or null.</summary>
    public ValueTask<Uri?> Link(Download download, CancellationToken ct) => blobs.Link(download.Blob, download.MediaType, download.Disposition, LinkLife, ct);

    /// <summary>The bytes, or null when they are being deleted.</summary>
    public async Task<Stream?> Open(Download download, CancellationToken ct) =>
        await blobs.Size(download.Blob, ct) is { } length ? new BlobStream(blobs, download.Blob, length) : null;
}
