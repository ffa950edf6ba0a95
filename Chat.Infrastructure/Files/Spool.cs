using System.Buffers;
using Chat.Application.Files;

namespace Chat.Infrastructure.Files;

/// <summary>Files on this machine for what is not yet known to be kept: without a name, so that nothing is left of one even after kill -9.</summary>
public static class Spool
{
    const int BufferBytes = 128 * 1024;

    public static FileStream Create()
    {
        var path = Path.Combine(Path.GetTempPath(), $"chat-{Guid.NewGuid():N}");
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);
        File.Delete(path);
        return file;
    }

    extension(FileStream spool)
    {
        /// <summary>Takes in bytes until it has <paramref name="most"/>; false when the content ended before.</summary>
        public async Task<bool> Fill(Stream content, long most, CancellationToken ct)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
            try
            {
                while (spool.Length < most)
                {
                    var read = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, most - spool.Length)), ct);
                    if (read == 0) return false;
                    await Write(spool, buffer.AsMemory(0, read));
                }
                return true;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    // A full disk here is no fault of the content.
    static async ValueTask Write(FileStream spool, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await spool.WriteAsync(bytes, CancellationToken.None);
        }
        catch (IOException fault)
        {
            throw new BlobStoreUnavailableException($"The folder for temporary files cannot be written: {fault.Message}", fault);
        }
    }
}
