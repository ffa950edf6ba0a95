using Chat.Domain.Conversations;

namespace Chat.Application.Files;

/// <summary>Draws pictures anew: nothing of what came survives but the pixels.</summary>
public interface IImageCleaner
{
    /// <param name="image">PNG, JPEG, GIF or WebP, as its content says.</param>
    /// <param name="mediaType">Which of them.</param>
    Task<Cleaning> Clean(Stream image, string mediaType, CancellationToken ct);
}

/// <summary>What became of a picture.</summary>
public abstract record Cleaning
{
    Cleaning() { }

    /// <param name="Why">One of <see cref="Rejections"/>.</param>
    public sealed record Refused(string Why) : Cleaning;

    /// <summary>In a folder of its own, which goes when this is disposed of.</summary>
    public sealed record Cleaned(ImageShape Shape, string Folder) : Cleaning, IDisposable
    {
        /// <param name="variant">One of <see cref="ImageVariants"/>; null for the picture itself.</param>
        public Stream Open(string? variant) => File.OpenRead(Path.Combine(Folder, variant ?? ImageVariants.Original));

        public void Dispose() => System.IO.Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>The copies that are made of every picture: WebP, as large as named along the longer side, never larger than the picture.</summary>
public static class ImageVariants
{
    /// <summary>What the picture itself is called beside them.</summary>
    public const string Original = "original";

    public const string MediaType = "image/webp";

    /// <summary>Pixels of the longer side.</summary>
    public static readonly IReadOnlyDictionary<string, int> Sides = new Dictionary<string, int> { ["small"] = 128, ["medium"] = 512, ["large"] = 1280 };
}
