using Chat.Application.Files;
using NetVips;

namespace Chat.Infrastructure.Images;

/// <summary>A picture as it came, read by the one decoder of its type and written again by the encoder of that type, pixels only.</summary>
sealed class SourceImage(string path, string mediaType)
{
    const string Profile = "icc-profile-data";
    const int Quality = 88;

    readonly ContentType type = ContentType.Known(mediaType);

    /// <summary>Reads the header; pixels are decoded when they are asked for, from top to bottom.</summary>
    /// <param name="frames">How many; -1 for all.</param>
    public Image Load(int frames) => Load(frames, Enums.Access.Sequential);

    /// <summary>All of it, as it is to be shown: turned as its metadata says, in the colours that everybody takes for granted.</summary>
    public Image Upright()
    {
        var header = Load(frames: -1);
        if (Frames(header) > 1 || Orientation(header) == 1) return Srgb(header);
        header.Dispose();
        using var lying = Load(frames: -1, Enums.Access.Random); // turning reads it from the side
        using var upright = lying.Autorot();
        return Srgb(upright);
    }

    public void Save(Image picture, string to)
    {
        const Enums.ForeignKeep nothing = Enums.ForeignKeep.None;
        if (type == ContentType.Png) picture.Pngsave(to, keep: nothing);
        else if (type == ContentType.Jpeg) picture.Jpegsave(to, q: Quality, keep: nothing);
        else if (type == ContentType.Gif) picture.Gifsave(to, reuse: true, keep: nothing);
        else picture.Webpsave(to, q: Quality, lossless: IsLossless(), effort: 3, keep: nothing);
    }

    public static int Frames(Image image) => image.Contains("n-pages") ? (int)image.Get("n-pages") : 1;

    static int Orientation(Image image) => image.Contains("orientation") ? (int)image.Get("orientation") : 1;

    Image Load(int frames, Enums.Access access)
    {
        const Enums.FailOn broken = Enums.FailOn.Error;
        if (type == ContentType.Png) return Image.Pngload(path, access: access, failOn: broken);
        if (type == ContentType.Jpeg) return Image.Jpegload(path, access: access, failOn: broken);
        if (type == ContentType.Gif) return Image.Gifload(path, n: frames, access: access, failOn: broken);
        if (type == ContentType.WebP) return Image.Webpload(path, n: frames, access: access, failOn: broken);
        throw new ArgumentException($"{type.MediaType} is not drawn anew.");
    }

    // Without their profile, colours of another space would be shown wrong; so they are brought over first.
    static Image Srgb(Image image)
    {
        if (image.Contains(Profile))
        {
            try
            {
                return image.IccTransform("srgb", embedded: true, depth: image.Format == Enums.BandFormat.Ushort ? 16 : 8);
            }
            catch (VipsException)
            {
                // a profile that nobody can use: shown as if it had none
            }
        }
        return image.Interpretation == Enums.Interpretation.Cmyk ? image.Colourspace(Enums.Interpretation.Srgb) : image.Copy();
    }

    // VP8L is the lossless bitstream: a drawing stays as sharp as it was
    bool IsLossless()
    {
        Span<byte> head = stackalloc byte[16];
        using var file = File.OpenRead(path);
        return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head[12..].SequenceEqual("VP8L"u8);
    }
}
