using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Application.Files;

/// <summary>The rows of files, as far as looking at them goes.</summary>
public interface IFileChecks
{
    Task<StoredFile?> Find(FileId file, CancellationToken ct);

    /// <summary>Counts a try before it is made, so that one that takes this process with it counts too. Null when the file is not waiting to be looked at.</summary>
    Task<FileTry?> Begin(FileId file, CancellationToken ct);

    /// <summary>Takes back the count of a try that came to nothing through no fault of the file.</summary>
    Task Forgive(FileId file, CancellationToken ct);

    /// <summary>Writes what was found, if the file still waits for it. Equal content of the same owner then shares one blob.</summary>
    Task Settle(StoredFile file, Verdict verdict, CancellationToken ct);

    /// <summary>Those of these blobs that no file refers to.</summary>
    Task<IReadOnlyList<Guid>> Unreferenced(IReadOnlyCollection<Guid> blobs, CancellationToken ct);

    /// <summary>Files whose last try, if there was one, is so long ago that nobody is at it. Each is told once in that time, whoever asks.</summary>
    Task<IReadOnlyList<FileId>> TakeOverdue(TimeSpan after, CancellationToken ct);
}

/// <param name="Number">1 for the first.</param>
public sealed record FileTry(StoredFile File, int Number);

/// <summary>What looking at a file came to.</summary>
public abstract record Verdict
{
    Verdict() { }

    /// <param name="Why">One of <see cref="Rejections"/>.</param>
    public sealed record Rejected(string Why) : Verdict;

    /// <param name="Blob">What is served from now on: the upload itself, or the picture drawn anew.</param>
    /// <param name="Size">Its bytes.</param>
    /// <param name="Sha256">Its hash.</param>
    public sealed record Ready(string MediaType, Guid Blob, long Size, byte[] Sha256, ImageShape? Image) : Verdict;
}
