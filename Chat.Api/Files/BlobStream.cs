using Chat.Application.Files;

namespace Chat.Api.Files;

/// <summary>A blob as a stream that can be read from anywhere: it is opened where the first read is, so that a range costs what it is.</summary>
sealed class BlobStream(IBlobStore blobs, BlobKey key, long length) : Stream
{
    Stream? content;
    long position;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => length;

    public override long Position
    {
        get => position;
        set
        {
            if (content is not null && value != position) throw new NotSupportedException("It is being read.");
            position = value;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        content ??= await blobs.Read(key, position, null, cancellationToken) ?? throw new IOException("The blob has been deleted.");
        var read = await content.ReadAsync(buffer, cancellationToken);
        position += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => position + offset,
        _ => length + offset,
    };

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Flush() { }

    public override async ValueTask DisposeAsync()
    {
        if (content is not null) await content.DisposeAsync();
        await base.DisposeAsync();
    }
}
