using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Chat.Application.Files;
using NetVips;

namespace Chat.Infrastructure.Images;

/// <summary>The process that draws one picture anew. Its arguments are a file, a folder to write to, the type of the content, and how many pixels and frames it may have.</summary>
public static class ImageWorker
{
    /// <summary>The first argument of a program that is to be this.</summary>
    public const string Verb = "image-worker";

    public static int Run(string[] args)
    {
        EndWithParent();
        NetVips.NetVips.BlockUntrusted = true;
        NetVips.NetVips.Concurrency = 1;
        Cache.Max = 0;
        var report = Report(new(args[0], args[2]), args[1], Number(args[3]), Number(args[4]));
        Console.Out.Write(JsonSerializer.Serialize(report, JsonSerializerOptions.Web));
        return 0;
    }

    static ImageReport Report(SourceImage source, string folder, int maxPixels, int maxFrames)
    {
        try
        {
            using (var header = source.Load(frames: 1))
            {
                var (pixels, frames) = ((long)header.Width * header.Height, SourceImage.Frames(header));
                if (pixels > maxPixels || frames > maxFrames || pixels * frames > maxPixels * 2.5) return new(Error: Rejections.ImageTooLarge);
            }
            return Draw(source, folder);
        }
        catch (VipsException)
        {
            return new(Error: Rejections.ImageUnreadable);
        }
    }

    static ImageReport Draw(SourceImage source, string folder)
    {
        var original = Path.Combine(folder, ImageVariants.Original);
        using var picture = source.Upright();
        source.Save(picture, original);

        // from what was just written, so that a copy shows nothing that the picture does not
        Image? larger = null;
        foreach (var (name, side) in ImageVariants.Sides.OrderByDescending(static variant => variant.Value))
        {
            using var copy = larger is null
                ? Image.Thumbnail(original, side, height: side, size: Enums.Size.Down, failOn: Enums.FailOn.Error)
                : larger.ThumbnailImage(side, height: side, size: Enums.Size.Down);
            larger?.Dispose();
            larger = copy.CopyMemory();
            larger.Webpsave(Path.Combine(folder, name), q: 80, keep: Enums.ForeignKeep.None);
        }
        using (larger) return new(picture.Width, picture.PageHeight, Color(larger!));
    }

    static string Color(Image picture)
    {
        using var rgb = picture.Colourspace(Enums.Interpretation.Srgb);
        using var opaque = rgb.HasAlpha() ? rgb.Flatten(background: [255, 255, 255]) : rgb.Copy();
        return $"#{Average(opaque, 0):x2}{Average(opaque, 1):x2}{Average(opaque, 2):x2}";
    }

    static int Average(Image picture, int band)
    {
        using var one = picture.ExtractBand(band);
        return (int)Math.Round(one.Avg());
    }

    // The parent holds the other end of standard input, and never writes: it ends when the parent does, be it by kill -9.
    static void EndWithParent() => new Thread(static () =>
    {
        Console.OpenStandardInput().ReadByte();
        Process.GetCurrentProcess().Kill();
    })
    { IsBackground = true }.Start();

    static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
