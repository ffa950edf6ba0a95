using Chat.Application.Files;
using Chat.Domain.Conversations;

namespace Chat.Testing;

/// <summary>Writes "redrawn" for every picture, or refuses them all.</summary>
public sealed class InMemoryImageCleaner : IImageCleaner
{
    public const string Redrawn = "redrawn";

    public string? Refuses { get; set; }

    public async Task<Cleaning> Clean(Stream image, string mediaType, CancellationToken ct)
    {
        if (Refuses is { } why) return new Cleaning.Refused(why);
        var folder = Directory.CreateTempSubdirectory("chat-test-").FullName;
        foreach (var name in ImageVariants.Sides.Keys.Append(ImageVariants.Original)) await File.WriteAllTextAsync(Path.Combine(folder, name), Redrawn, ct);
        return new Cleaning.Cleaned(new ImageShape(2, 1, "#102030"), folder);
    }
}
