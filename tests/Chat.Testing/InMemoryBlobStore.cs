using System.Collections.Concurrent;
using System.Security.Cryptography;
using Chat.Application.Files;

namespace Chat.Testing;

/// <summary>Bytes in a dictionary. It can be told to be away, and to hand out links.</summary>
public sealed class InMemoryBlobStore : IBlobStore, IDirectUploads
{
    readonly ConcurrentDictionary<BlobKey, byte[]> partial = new();
    readonly ConcurrentDictionary<BlobKey, byte[]> complete = new();
    readonly ConcurrentDictionary<BlobKey, byte[]> staged = new();
    readonly ConcurrentDictionary<BlobKey, (long Size, byte[] Sha256)> signed = new();

    public bool Away { get; set; }

    /// <summary>Where links lead to; null where there are none.</summary>
    public Uri? Links { get; set; }

    /// <summary>What is done once a blob was put.</summary>
    public Func<BlobKey, Task> AfterPut { get; set; } = static _ => Task.CompletedTask;

    public long MaxBytes => 1_000_000_000;

    public IEnumerable<BlobKey> Keys => [.. partial.Keys, .. complete.Keys];

    public async Task<long> Append(BlobKey key, long offset, Stream content, CancellationToken ct)
    {
        Reach();
        var there = complete.GetValueOrDefault(key) ?? partial.GetValueOrDefault(key) ?? [];
        if (there.Length != offset || complete.ContainsKey(key)) throw new BlobOffsetException(there.Length);
        using var more = new MemoryStream();
        try
        {
            await content.CopyToAsync(more, ct);
        }
        finally
        {
            partial[key] = [.. there, .. more.ToArray()];
        }
        return partial[key].Length;
    }

    public Task<long> Received(BlobKey key, CancellationToken ct) => Reached((long)((partial.GetValueOrDefault(key) ?? complete.GetValueOrDefault(key))?.Length ?? 0));

    public Task Complete(BlobKey key, CancellationToken ct)
    {
        Reach();
        if (partial.TryRemove(key, out var bytes)) complete.TryAdd(key, bytes);
        else if (!complete.ContainsKey(key)) throw new BlobStoreUnavailableException("Nothing of it is there.");
        return Task.CompletedTask;
    }

    public async Task Put(BlobKey key, Stream content, string mediaType, CancellationToken ct)
    {
        Reach();
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, ct);
        complete.TryAdd(key, bytes.ToArray());
        await AfterPut(key);
    }

    public Task<Stream?> Read(BlobKey key, long offset, long? length, CancellationToken ct) => Reached<Stream?>(
        complete.TryGetValue(key, out var bytes) && bytes.Length - (int)offset is var rest ? new MemoryStream(bytes, (int)offset, (int)Math.Min(length ?? rest, rest), writable: false) : null);

    public Task<long?> Size(BlobKey key, CancellationToken ct) => Reached(complete.TryGetValue(key, out var bytes) ? bytes.Length : (long?)null);

    public Task Delete(BlobKey key, CancellationToken ct)
    {
        Reach();
        foreach (var one in Keys.Where(one => one == key || one.Value == key.Value && key.Variant is null))
        {
            partial.TryRemove(one, out _);
            complete.TryRemove(one, out _);
        }
        if (staged.ContainsKey(key)) staged[key] = [];
        return Task.CompletedTask;
    }

    public ValueTask<Uri?> Link(BlobKey key, string mediaType, string disposition, TimeSpan life, CancellationToken ct)
    {
        Reach();
        return new(Links is null ? null : new Uri(Links, $"{key}?seconds={life.TotalSeconds}"));
    }

    /// <summary>As a client does at an address; false when it is refused.</summary>
    public bool TryPut(BlobKey key, byte[] content) =>
        signed.TryGetValue(key, out var said) && said.Size == content.Length && said.Sha256.AsSpan().SequenceEqual(SHA256.HashData(content)) && staged.TryAdd(key, content);

    public Task<DirectAddress> Sign(BlobKey key, long size, byte[] sha256, TimeSpan life)
    {
        signed[key] = (size, sha256);
        return Reached(new DirectAddress(new($"memory:{key}"), new Dictionary<string, string>()));
    }

    public Task<long> Commit(BlobKey key, long size, CancellationToken ct)
    {
        Reach();
        if (staged.GetValueOrDefault(key) is { } put && put.LongLength == size && complete.TryAdd(key, put)) staged[key] = [];
        return Task.FromResult((complete.GetValueOrDefault(key) ?? staged.GetValueOrDefault(key) ?? []).LongLength);
    }

    public Task Close(BlobKey key, CancellationToken ct) => Reached(staged[key] = []);

    public Task Discard(BlobKey key, CancellationToken ct) => Reached(staged.TryRemove(key, out _));

    Task<T> Reached<T>(T value)
    {
        Reach();
        return Task.FromResult(value);
    }

    void Reach()
    {
        if (Away) throw new BlobStoreUnavailableException("The store is away.");
    }
}
