using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace Chat.Infrastructure.Images;

/// <summary>Section "Files:Images": what one picture may take.</summary>
public sealed class ImageOptions
{
    public const string Section = "Files:Images";

    /// <summary>Pixels of one frame, read from the header before anything is decoded.</summary>
    [Range(1, 1_000_000_000)]
    public int MaxPixels { get; set; } = 40_000_000;

    /// <summary>Frames of an animation. All together they may have two and a half times the pixels of one.</summary>
    [Range(1, 10_000)]
    public int MaxFrames { get; set; } = 500;

    /// <summary>Until the worker is killed.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of memory that the worker may hold until it is killed.</summary>
    [Range(64L * 1024 * 1024, 16L * 1024 * 1024 * 1024)]
    public long MaxMemory { get; set; } = 256 * 1024 * 1024;

    /// <summary>The command that is started for a picture; this program itself unless it is hosted by another.</summary>
    public IList<string> Worker { get; set; } = [];

    internal IReadOnlyList<string> Command => Worker.Count > 0 ? [.. Worker] : Itself;

    static IReadOnlyList<string> Itself => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
        ? [Environment.ProcessPath!, Assembly.GetEntryAssembly()!.Location, ImageWorker.Verb]
        : [Environment.ProcessPath!, ImageWorker.Verb];
}
