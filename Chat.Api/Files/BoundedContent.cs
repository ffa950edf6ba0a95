using Chat.Infrastructure.Files;

namespace Chat.Api.Files;

/// <summary>
/// A body of at most so many bytes. A limit of the server's on the request would count the frames of chunks too, of which there can be many.
/// </summary>
sealed class BoundedContent(Stream body, long most) : ReadOnlyStream
{
    long left = most;

    /// <exception cref="ContentTooLongException"/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken);
        return (left -= read) >= 0 ? read : throw new ContentTooLongException();
    }
}

sealed class ContentTooLongException : Exception;
