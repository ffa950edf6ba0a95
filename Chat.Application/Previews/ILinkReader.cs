using Chat.Domain.Conversations;

namespace Chat.Application.Previews;

/// <summary>Finds out what a link leads to.</summary>
public interface ILinkReader
{
    /// <summary>What the page says of itself; null when it says nothing, is no page, or may not or cannot be read.</summary>
    Task<LinkPreview?> Read(string link, CancellationToken ct);
}
