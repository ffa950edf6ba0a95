namespace Chat.Domain.Conversations;

/// <summary>A file that a message carries, described as it was when it was sent, so that no reader has to look it up.</summary>
/// <param name="Name">As its sender calls it: data, never a path.</param>
/// <param name="MediaType">What its content is, not what the name or the upload said.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Image">Only when it can be shown as a picture.</param>
public sealed record Attachment(FileId File, string Name, string MediaType, long Size, ImageShape? Image = null);

/// <param name="Width">Pixels, as it is to be shown: turned the right way up.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Color">The average colour, "#rrggbb", to show until the picture is there.</param>
public sealed record ImageShape(int Width, int Height, string Color);
