using System.Buffers.Binary;
using System.Text;
using NetVips;

namespace Chat.Testing;

/// <summary>Pictures as people upload them, and as attackers do.</summary>
public static class Pictures
{
    /// <summary>A photograph lying on its side, with where and by which camera it was taken: 60 × 40 as stored, 40 × 60 as it is to be shown, red above blue.</summary>
    public static byte[] LyingPhoto()
    {
        using var photo = TwoColors(60, 40).Mutate(static image =>
        {
            image.Set(GValue.GStrType, "exif-ifd0-Make", "SecretCamera");
            image.Set(GValue.GStrType, "exif-ifd2-BodySerialNumber", "SECRET-4711");
            image.Set(GValue.GStrType, "exif-ifd3-GPSLatitude", "52/1 31/1 12/1");
            image.Set(GValue.GStrType, "exif-ifd3-GPSLongitude", "13/1 24/1 18/1");
            image.Set(GValue.GIntType, "orientation", 6); // the right side is down: turn it clockwise
            image.Set(GValue.BlobType, "xmp-data", Encoding.UTF8.GetBytes("<x:xmpmeta xmlns:x='adobe:ns:meta/'>SecretPlace</x:xmpmeta>"));
            image.Set(GValue.BlobType, "iptc-data", Encoding.UTF8.GetBytes("SecretCaption"));
        });
        return photo.JpegsaveBuffer(q: 95);
    }

    /// <summary>With a comment of its own kind in it.</summary>
    public static byte[] Png(int width = 60, int height = 40, string comment = "SecretComment")
    {
        using var picture = TwoColors(width, height).Mutate(image => image.Set(GValue.GStrType, "png-comment-0-Comment", comment));
        return picture.PngsaveBuffer();
    }

    public static byte[] WebP(int width = 60, int height = 40) => TwoColors(width, height).WebpsaveBuffer();

    /// <summary>Frames of 20 × 10, each brighter than the one before.</summary>
    public static byte[] Animation(int frames, string format = ".gif")
    {
        using var strip = Image.Arrayjoin([.. Enumerable.Range(0, frames).Select(frame => Flat(20, 10, frame * 255.0 / frames, 0, 0))], across: 1);
        using var animation = strip.Mutate(image =>
        {
            image.Set(GValue.GIntType, "page-height", 10);
            image.Set(GValue.ArrayIntType, "delay", Enumerable.Repeat(70, frames).ToArray());
            image.Set(GValue.GStrType, "gif-comment", "SecretComment");
        });
        return animation.WriteToBuffer(format);
    }

    /// <summary>A few bytes that say they are 100,000 × 100,000 pixels.</summary>
    public static byte[] Bomb() => WithSize(Png(1, 1), 100_000, 100_000);

    /// <summary>Another size in a PNG's header, and the checksum that goes with it.</summary>
    public static byte[] WithSize(byte[] png, int width, int height)
    {
        var changed = png.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(changed.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(changed.AsSpan(20), height);
        BinaryPrimitives.WriteUInt32BigEndian(changed.AsSpan(29), Crc(changed.AsSpan(12, 17)));
        return changed;
    }

    /// <summary>A GIF whose header is also the beginning of a script.</summary>
    public static byte[] GifThatIsAScript() => [.. "GIF89a=/*"u8, .. Animation(1)[9..], .. "*/1;alert('SecretScript')"u8];

    // red on the left, blue on the right
    static Image TwoColors(int width, int height) =>
        Flat(Math.Max(1, width / 2), height, 255, 0, 0).Join(Flat(Math.Max(1, width - width / 2), height, 0, 0, 255), Enums.Direction.Horizontal);

    static Image Flat(int width, int height, params double[] color) =>
        (Image.Black(width, height) + color).Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb);

    static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB88320;
        }
        return ~crc;
    }
}
