namespace Chat.Infrastructure.Files;

/// <summary>The next bytes of a file, at most so many.</summary>
sealed class FileSlice(FileStream file, long length) : ReadOnlyStream
{
    long left = length;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await file.ReadAsync(buffer[..(int)Math.Min(buffer.Length, left)], cancellationToken);
        left -= read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) file.Dispose();
        base.Dispose(disposing);
    }
}
