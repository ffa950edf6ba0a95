using Chat.Application.Files;
using Wolverine;

namespace Chat.Infrastructure.Files;

/// <summary>What came of bytes for an upload.</summary>
public abstract record UploadStep
{
    /// <param name="Received">Bytes that are durable now; all of them when the upload is finished.</param>
    public sealed record Taken(long Received) : UploadStep;

    /// <summary>Nothing was read: another number of bytes is there.</summary>
    public sealed record OtherOffset(long Received) : UploadStep;

    /// <summary>Nothing was read: another request is writing.</summary>
    public sealed record Busy : UploadStep;
}

/// <summary>
/// Brings bytes from a request straight into the store. How far an upload has come is what the store holds, so a node that was killed in the
/// middle costs nothing that was durable; a kill between the last byte and the note that it came is made good by whoever asks next.
/// </summary>
public sealed class UploadWriter(Uploads uploads, IBlobStore store, IMessageBus bus)
{
    /// <summary>Where an upload is to be gone on from: its size when it is finished.</summary>
    public async Task<long> Received(StoredFile file, CancellationToken ct)
    {
        if (file.State != FileState.Uploading) return file.Size;
        var received = await store.Received(file.Blob, ct);
        if (received < file.Size) return received;
        await using var lease = await uploads.TryTake(file.Id, ct);
        if (lease is not null) await Finish(file, ct); // else another request is about to
        return received;
    }

    /// <summary>Appends at an offset, and finishes the upload with its last byte. When the content breaks off, what came of it stays.</summary>
    /// <exception cref="BlobStoreUnavailableException"/>
    public async Task<UploadStep> Write(StoredFile file, long offset, Stream content, CancellationToken ct)
    {
        if (file.State != FileState.Uploading) return offset == file.Size ? new UploadStep.Taken(file.Size) : new UploadStep.OtherOffset(file.Size);
        await using var lease = await uploads.TryTake(file.Id, ct);
        if (lease is null) return new UploadStep.Busy();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, lease.Lost);
        try
        {
            var received = await store.Append(file.Blob, offset, content, both.Token);
            if (received == file.Size) await Finish(file, ct);
            else await uploads.Progress(file.Id, received, ct);
            return new UploadStep.Taken(received);
        }
        catch (BlobOffsetException other)
        {
            return new UploadStep.OtherOffset(other.There);
        }
    }

    /// <summary>Finishes an upload whose bytes its client has put into the store itself. Doing it again changes nothing.</summary>
    /// <exception cref="BlobStoreUnavailableException"/>
    public async Task<UploadStep> Take(StoredFile file, IDirectUploads direct, CancellationToken ct)
    {
        if (file.State != FileState.Uploading) return new UploadStep.Taken(file.Size);
        await using var lease = await uploads.TryTake(file.Id, ct);
        if (lease is null) return new UploadStep.Busy();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, lease.Lost);
        var there = await direct.Commit(file.Blob, file.Size, both.Token);
        if (there != file.Size) return new UploadStep.OtherOffset(there);
        await Finish(file, ct);
        return new UploadStep.Taken(there);
    }

    async Task Finish(StoredFile file, CancellationToken ct)
    {
        await store.Complete(file.Blob, ct);
        // a kill between the two is found by the sweep of files that are being looked at for too long
        if (await uploads.Finish(file.Id, ct)) await bus.PublishAsync(new CheckFile(file.Id));
    }
}
