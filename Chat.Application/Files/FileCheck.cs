using System.Security.Cryptography;
using Chat.Domain;

namespace Chat.Application.Files;

/// <summary>
/// Looks at a file that has arrived: its content says what it is, a scanner whether it harms, and pictures are drawn anew. Done twice, or again
/// after a crash at any point, it comes out the same: what is written is named after the file, and what nobody refers to in the end is deleted.
/// </summary>
public sealed class FileCheck(IFileChecks files, IBlobStore blobs, IVirusScanner scanner, IImageCleaner images)
{
    /// <summary>Tries that may end with the process, or in a fault of ours, before the file is given up.</summary>
    public const int Tries = 5;

    public async Task Run(FileId id, CancellationToken ct)
    {
        if (await files.Begin(id, ct) is { } attempt) await files.Settle(attempt.File, await Judge(attempt, ct), ct);
        foreach (var blob in await files.Unreferenced([id.Value, Redrawn(id)], ct)) await blobs.Delete(new(blob), ct);
    }

    async Task<Verdict> Judge(FileTry attempt, CancellationToken ct)
    {
        if (attempt.Number > Tries) return new Verdict.Rejected(Rejections.ProcessingFailed);
        try
        {
            return await Examine(attempt.File, ct);
        }
        catch (Exception fault) when (fault is ScannerUnavailableException or BlobStoreUnavailableException || ct.IsCancellationRequested)
        {
            await files.Forgive(attempt.File.Id, CancellationToken.None);
            throw;
        }
    }

    async Task<Verdict> Examine(StoredFile file, CancellationToken ct)
    {
        var (head, sha256) = await Read(file, ct);
        if (file.DeclaredSha256 is { } said && !said.AsSpan().SequenceEqual(sha256)) return new Verdict.Rejected(Rejections.ChecksumMismatch);
        var type = Sniffing.Of(head);
        if (!type.Fits(file.Name, file.DeclaredType)) return new Verdict.Rejected(Rejections.TypeMismatch);
        await using (var content = await Open(file, ct))
        {
            if (await scanner.Scan(content, ct) is not null) return new Verdict.Rejected(Rejections.Infected);
        }
        return type.Use == ContentUse.Picture ? await Redraw(file, type, ct) : new Verdict.Ready(type.MediaType, file.Id.Value, file.Size, sha256, null);
    }

    async Task<(byte[] Head, byte[] Sha256)> Read(StoredFile file, CancellationToken ct)
    {
        await using var content = await Open(file, ct);
        var head = new byte[Math.Min(file.Size, Sniffing.HeadBytes)];
        await content.ReadExactlyAsync(head, ct);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(head);
        var buffer = new byte[128 * 1024];
        while (await content.ReadAsync(buffer, ct) is > 0 and var read) hash.AppendData(buffer.AsSpan(0, read));
        return (head, hash.GetHashAndReset());
    }

    async Task<Verdict> Redraw(StoredFile file, ContentType type, CancellationToken ct)
    {
        await using var content = await Open(file, ct);
        switch (await images.Clean(content, type.MediaType, ct))
        {
            case Cleaning.Refused refused:
                return new Verdict.Rejected(refused.Why);
            case Cleaning.Cleaned cleaned:
                using (cleaned) return await Keep(file, type, cleaned, ct);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    async Task<Verdict> Keep(StoredFile file, ContentType type, Cleaning.Cleaned cleaned, CancellationToken ct)
    {
        var blob = Redrawn(file.Id);
        foreach (var variant in ImageVariants.Sides.Keys)
        {
            await using var copy = cleaned.Open(variant);
            await blobs.Put(new(blob, variant), copy, ImageVariants.MediaType, ct);
        }
        await using var picture = cleaned.Open(null);
        var sha256 = await SHA256.HashDataAsync(picture, ct);
        picture.Position = 0;
        await blobs.Put(new(blob), picture, type.MediaType, ct);
        return new Verdict.Ready(type.MediaType, blob, picture.Length, sha256, cleaned.Shape);
    }

    async Task<Stream> Open(StoredFile file, CancellationToken ct) =>
        await blobs.Read(new(file.Id.Value), 0, null, ct) ?? throw new BlobStoreUnavailableException($"The bytes of file {file.Id} are not there.");

    // Blobs never change, so a picture drawn anew is another one; always the same, so that a repeat writes nothing new.
    static Guid Redrawn(FileId file) => NameBasedGuid.Create(file.Value, "redrawn");
}
