using System.Buffers;
using Chat.Application.Files;
using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;

namespace Chat.Infrastructure.Files;

/// <summary>
/// Blobs as files of a folder, which nodes may share. What is written has a name of its own until it is complete and on the disk; then it is
/// renamed, so that a file under a blob's name is whole.
/// </summary>
public sealed class LocalBlobStore(IOptions<FilesOptions> options) : IBlobStore
{
    const int BufferBytes = 256 * 1024;

    readonly string root = Path.GetFullPath(options.Value.Path);

    public async Task<long> Append(BlobKey key, long offset, Stream content, CancellationToken ct)
    {
        if (File.Exists(PathOf(key))) throw new BlobOffsetException(new FileInfo(PathOf(key)).Length);
        using var part = OnDisk(() => OpenPart(key));
        var there = RandomAccess.GetLength(part);
        if (there != offset) throw new BlobOffsetException(there);
        try
        {
            return await Write(part, offset, content, ct);
        }
        finally
        {
            await Task.Run(() => OnDisk(() => RandomAccess.FlushToDisk(part)), CancellationToken.None); // may take seconds
        }
    }

    public Task<long> Received(BlobKey key, CancellationToken ct) =>
        Task.FromResult(LengthOf(PartOf(key)) ?? LengthOf(PathOf(key)) ?? 0);

    public Task Complete(BlobKey key, CancellationToken ct)
    {
        // the part may have been renamed by an earlier call
        if (!File.Exists(PathOf(key)) || File.Exists(PartOf(key))) OnDisk(() =>
        {
            using (var part = File.OpenHandle(PartOf(key), FileMode.Open, FileAccess.Write, FileShare.None)) RandomAccess.FlushToDisk(part); // written by a process that was killed
            Publish(PartOf(key), PathOf(key));
        });
        return Task.CompletedTask;
    }

    public async Task Put(BlobKey key, Stream content, string mediaType, CancellationToken ct)
    {
        if (File.Exists(PathOf(key))) return;
        var path = $"{PathOf(key)}-{Guid.NewGuid():N}";
        using var file = OnDisk(() => Create(path));
        try
        {
            await Write(file, 0, content, ct);
            OnDisk(() => RandomAccess.FlushToDisk(file));
        }
        catch
        {
            File.Delete(path);
            throw;
        }
        OnDisk(() => Publish(path, PathOf(key)));
    }

    public Task<Stream?> Read(BlobKey key, long offset, long? length, CancellationToken ct) => Task.FromResult(OnDisk<Stream?>(() =>
    {
        if (!File.Exists(PathOf(key))) return null;
        var file = new FileStream(PathOf(key), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);
        file.Position = offset;
        return length is { } most ? new FileSlice(file, most) : file;
    }));

    public Task<long?> Size(BlobKey key, CancellationToken ct) => Task.FromResult(LengthOf(PathOf(key)));

    public Task Delete(BlobKey key, CancellationToken ct)
    {
        var folder = Path.GetDirectoryName(PathOf(key))!;
        OnDisk(() =>
        {
            if (!Directory.Exists(folder)) return;
            foreach (var file in Directory.EnumerateFiles(folder, $"{key}*")) File.Delete(file);
        });
        return Task.CompletedTask;
    }

    public ValueTask<Uri?> Link(BlobKey key, string mediaType, string disposition, TimeSpan life, CancellationToken ct) => new((Uri?)null);

    // An id begins with the time, so its end spreads better.
    string PathOf(BlobKey key) => $"{key.Value:N}" is var name ? Path.Combine(root, name[^2..], name[^4..^2], key.ToString()) : "";

    string PartOf(BlobKey key) => $"{PathOf(key)}-part";

    SafeFileHandle OpenPart(BlobKey key)
    {
        Folders.Create(Path.GetDirectoryName(PartOf(key))!);
        return File.OpenHandle(PartOf(key), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, FileOptions.Asynchronous); // one writer on this machine
    }

    static SafeFileHandle Create(string path)
    {
        Folders.Create(Path.GetDirectoryName(path)!);
        return File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.Asynchronous);
    }

    static void Publish(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        Folders.Flush(Path.GetDirectoryName(to)!);
    }

    static long? LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : null;

    // Only the disk's faults are the store's; those of the content are for whoever gave it.
    static async Task<long> Write(SafeFileHandle file, long offset, Stream content, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (int read; (read = await content.ReadAsync(buffer, ct)) > 0; offset += read) await Write(file, offset, buffer.AsMemory(0, read));
            return offset;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    static async ValueTask Write(SafeFileHandle file, long offset, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await RandomAccess.WriteAsync(file, bytes, offset, CancellationToken.None);
        }
        catch (IOException fault)
        {
            throw Away(fault);
        }
    }

    static void OnDisk(Action action) => OnDisk(() =>
    {
        action();
        return true;
    });

    static T OnDisk<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Away(fault);
        }
    }

    static BlobStoreUnavailableException Away(Exception fault) => new($"The folder of files cannot be used: {fault.Message}", fault);
}
