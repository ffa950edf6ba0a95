using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Chat.Application.Files;

/// <summary>Tells what content is from its first bytes, whatever it is called. Pure.</summary>
public static class Sniffing
{
    /// <summary>How many bytes are looked at; more than any browser does.</summary>
    public const int HeadBytes = 4096;

    static readonly (int Offset, byte[] Bytes, ContentType Type)[] Signatures =
    [
        (0, [0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n'], ContentType.Png),
        (0, [0xFF, 0xD8, 0xFF], ContentType.Jpeg),
        (0, [.. "GIF87a"u8], ContentType.Gif),
        (0, [.. "GIF89a"u8], ContentType.Gif),
        (0, [.. "II*\0"u8], ContentType.Tiff),
        (0, [.. "MM\0*"u8], ContentType.Tiff),
        (0, [0, 0, 1, 0], ContentType.Icon),
        (0, [.. "fLaC"u8], ContentType.Flac),
        (0, [.. "ID3"u8], ContentType.Mp3),
        (0, [.. "%PDF-"u8], ContentType.Pdf),
        (0, [.. "PK\u0003\u0004"u8], ContentType.Zip),
        (0, [.. "PK\u0005\u0006"u8], ContentType.Zip),
        (0, [0x1F, 0x8B, 8], ContentType.Gzip),
    ];

    // What makes a browser, or a server that includes files, run something.
    static readonly SearchValues<string> Markup = SearchValues.Create(
        ["<html", "<script", "<svg", "<!doctype", "<?xml", "<?php", "<head", "<body", "<iframe", "<img", "<style", "javascript:"], StringComparison.OrdinalIgnoreCase);

    /// <param name="head">The first <see cref="HeadBytes"/>, or all there are.</param>
    public static ContentType Of(ReadOnlySpan<byte> head)
    {
        var type = Binary(head) ?? (IsText(head) ? ContentType.Text : ContentType.Bytes);
        // A picture is drawn anew, and nothing else of it survives. Anything else with markup in it is two things at once, or markup.
        return type.Use != ContentUse.Picture && HasMarkup(head) ? ContentType.Bytes : type;
    }

    static ContentType? Binary(ReadOnlySpan<byte> head)
    {
        foreach (var (offset, bytes, type) in Signatures)
        {
            if (head.Length >= offset + bytes.Length && head[offset..].StartsWith(bytes)) return type;
        }
        if (head.StartsWith("RIFF"u8) && head.Length >= 12) return Riff(head[8..12]);
        if (head.Length >= 12 && head[4..8].SequenceEqual("ftyp"u8)) return Boxes(head[8..12]);
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3])) return head.IndexOf("webm"u8) >= 0 ? ContentType.WebM : ContentType.Matroska;
        if (head.StartsWith("OggS"u8)) return head.IndexOf("theora"u8) >= 0 ? ContentType.OggVideo : ContentType.Ogg;
        if (head.StartsWith("BM"u8) && head.Length >= 18 && head[6..10].IndexOfAnyExcept((byte)0) < 0 && head[14] is 12 or 40 or 108 or 124) return ContentType.Bmp;
        return head.Length >= 4 && head[0] == 0xFF ? Frames(head[1], head[2]) : null;
    }

    static ContentType? Riff(ReadOnlySpan<byte> form) =>
        form.SequenceEqual("WEBP"u8) ? ContentType.WebP : form.SequenceEqual("WAVE"u8) ? ContentType.Wav : form.SequenceEqual("AVI "u8) ? ContentType.Avi : null;

    static ContentType Boxes(ReadOnlySpan<byte> brand) => Encoding.ASCII.GetString(brand) switch
    {
        "avif" or "avis" => ContentType.Avif,
        "heic" or "heix" or "heim" or "heis" or "hevc" or "hevx" or "mif1" or "msf1" => ContentType.Heic,
        "qt  " => ContentType.QuickTime,
        "M4A " or "M4B " => ContentType.Mp4Audio,
        _ => ContentType.Mp4,
    };

    // eleven bits of ones, then version, layer, bitrate, sample rate: layer 3 is MP3, layer 0 is AAC in ADTS
    static ContentType? Frames(byte second, byte third) => (second & 0xE0, second & 0x06) switch
    {
        (0xE0, 0x02) when (second & 0x18) != 0x08 && third >> 4 is not (0 or 15) && (third & 0x0C) != 0x0C => ContentType.Mp3,
        (0xE0, 0x00) when second >> 4 == 15 => ContentType.Aac,
        _ => null,
    };

    static bool IsText(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("#!"u8)) return false; // a script says itself what runs it
        if (head.IndexOfAnyInRange((byte)0, (byte)8) >= 0 || head.IndexOfAnyInRange((byte)14, (byte)31) >= 0 || head.Contains((byte)0x7F)) return false;
        return Utf8.IsValid(head.Length < HeadBytes ? head : WithoutCutCharacter(head));
    }

    static ReadOnlySpan<byte> WithoutCutCharacter(ReadOnlySpan<byte> head)
    {
        for (var back = 1; back <= 3; back++)
        {
            if (head[^back] >= 0xC0) return head[..^back];
            if (head[^back] < 0x80) break;
        }
        return head;
    }

    static bool HasMarkup(ReadOnlySpan<byte> head) => Encoding.Latin1.GetString(head).AsSpan().ContainsAny(Markup);
}
