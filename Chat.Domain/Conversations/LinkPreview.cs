namespace Chat.Domain.Conversations;

/// <summary>What a page says of itself: text only, and little of it.</summary>
/// <param name="Link">As it stands in the message.</param>
/// <param name="Site">The name of what the page belongs to.</param>
public sealed record LinkPreview(string Link, string Title, string? Description = null, string? Site = null)
{
    /// <summary>The preview within its limits, or null for a page without a visible title.</summary>
    public static LinkPreview? Of(string link, string? title, string? description, string? site) => Clipped(title, Limits.PreviewTitleGraphemes) is { } shown
        ? new(link, shown, Clipped(description, Limits.PreviewDescriptionGraphemes), Clipped(site, Limits.PreviewSiteGraphemes))
        : null;

    static string? Clipped(string? text, int graphemes) => text is not null && Texts.Clip(text, graphemes) is var clipped && Texts.HasVisible(clipped) ? clipped : null;
}
