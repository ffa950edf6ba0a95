namespace Chat.Application.Files;

/// <summary>
/// What a store of bytes can do that takes them from clients itself. What a client puts waits under a key of its own, which nothing is served from;
/// it becomes the blob by a copy, so that whoever still has the address changes nothing that was looked at.
/// </summary>
public interface IDirectUploads
{
    /// <summary>Bytes that one request can bring.</summary>
    long MaxBytes { get; }

    /// <summary>An address that takes exactly these bytes, once, for a while.</summary>
    Task<DirectAddress> Sign(BlobKey key, long size, byte[] sha256, TimeSpan life);

    /// <summary>
    /// Makes what was put there the blob, if it has that size, and closes the address. Returns how many bytes are there, 0 when nothing came. Repeating
    /// it changes nothing.
    /// </summary>
    /// <exception cref="BlobStoreUnavailableException"/>
    Task<long> Commit(BlobKey key, long size, CancellationToken ct);

    /// <summary>Drops what was put there; from now on the address takes nothing.</summary>
    /// <exception cref="BlobStoreUnavailableException"/>
    Task Close(BlobKey key, CancellationToken ct);

    /// <summary>Removes whatever is under the key of an address that is dead. Removing what is not there is no error.</summary>
    /// <exception cref="BlobStoreUnavailableException"/>
    Task Discard(BlobKey key, CancellationToken ct);
}

/// <param name="Headers">Signed: sent otherwise, or left out, they make the store refuse.</param>
public sealed record DirectAddress(Uri Url, IReadOnlyDictionary<string, string> Headers);
