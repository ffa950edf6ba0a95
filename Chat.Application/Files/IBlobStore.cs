namespace Chat.Application.Files;

/// <summary>Names bytes in the store: generated, so that nothing a client says becomes a path. A variant is a made copy, such as a thumbnail.</summary>
public readonly record struct BlobKey(Guid Value, string? Variant = null)
{
    public override string ToString() => Variant is null ? $"{Value:N}" : $"{Value:N}.{Variant}";
}

/// <summary>
/// Where bytes are kept. Each may first be written in pieces, by any node, and is readable once complete; from then on it never changes.
/// </summary>
public interface IBlobStore
{
    /// <summary>
    /// Adds what <paramref name="content"/> gives, from byte <paramref name="offset"/> on. Returns how many bytes are durable in all, which
    /// a later call goes on from; when the content breaks off, what came before is kept as far as it can be.
    /// </summary>
    /// <exception cref="BlobOffsetException">Another number of bytes is there, or the blob is complete.</exception>
    /// <exception cref="BlobStoreUnavailableException"/>
    Task<long> Append(BlobKey key, long offset, Stream content, CancellationToken ct);

    /// <summary>Bytes that are there of a blob, complete or not; 0 when nothing is known of it.</summary>
    Task<long> Received(BlobKey key, CancellationToken ct);

    /// <summary>Makes what was appended readable, atomically. Repeating it changes nothing.</summary>
    Task Complete(BlobKey key, CancellationToken ct);

    /// <summary>Writes a small blob whole, unless it is there already.</summary>
    Task Put(BlobKey key, Stream content, string mediaType, CancellationToken ct);

    /// <summary>The bytes from <paramref name="offset"/> on, at most <paramref name="length"/>; null when there is no such complete blob.</summary>
    Task<Stream?> Read(BlobKey key, long offset, long? length, CancellationToken ct);

    /// <summary>Bytes of a complete blob, or null.</summary>
    Task<long?> Size(BlobKey key, CancellationToken ct);

    /// <summary>Deletes a blob, complete or not, and all its variants. Deleting what is not there is no error.</summary>
    Task Delete(BlobKey key, CancellationToken ct);

    /// <summary>
    /// An address from which this very answer can be had without us for a while; null where the store has none and the bytes go through the API.
    /// </summary>
    ValueTask<Uri?> Link(BlobKey key, string mediaType, string disposition, TimeSpan life, CancellationToken ct);
}

public sealed class BlobOffsetException(long there) : Exception($"{there} bytes are there.")
{
    public long There { get; } = there;
}

/// <summary>The store cannot be reached or does not answer: files wait, messages go on.</summary>
public sealed class BlobStoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
