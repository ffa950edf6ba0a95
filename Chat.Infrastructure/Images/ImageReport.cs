namespace Chat.Infrastructure.Images;

/// <summary>What a worker says about its picture: one line of JSON on standard output.</summary>
/// <param name="Width">Pixels, turned the right way up.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Color">"#rrggbb", on average.</param>
/// <param name="Error">A code instead of all that.</param>
sealed record ImageReport(int Width = 0, int Height = 0, string? Color = null, string? Error = null);
