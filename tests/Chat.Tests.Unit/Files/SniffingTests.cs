using System.Text;
using Chat.Application.Files;

namespace Chat.Tests.Unit.Files;

public sealed class SniffingTests
{
    // content as Latin-1, so that every char is a byte
    public static readonly TheoryData<string, string> Known = new()
    {
        { "\u0089PNG\r\n\u001A\n\0\0\0\rIHDR", "image/png" },
        { "\u00FF\u00D8\u00FF\u00E0\0\u0010JFIF", "image/jpeg" },
        { "GIF87a\u0001\0\u0001\0", "image/gif" },
        { "GIF89a\u0001\0\u0001\0", "image/gif" },
        { "RIFF\u0024\0\0\0WEBPVP8 ", "image/webp" },
        { "RIFF\u0024\0\0\0WAVEfmt ", "audio/wav" },
        { "RIFF\u0024\0\0\0AVI LIST", "video/x-msvideo" },
        { "RIFF\u0024\0\0\0ACONanih", "application/octet-stream" },
        { "\0\0\0\u0020ftypavif\0\0\0\0", "image/avif" },
        { "\0\0\0\u0020ftypheic\0\0\0\0", "image/heic" },
        { "\0\0\0\u0020ftypisom\0\0\u0002\0", "video/mp4" },
        { "\0\0\0\u0020ftypM4A \0\0\u0002\0", "audio/mp4" },
        { "\0\0\0\u0014ftypqt  \0\0\0\0", "video/quicktime" },
        { "\u001AE\u00DF\u00A3\u0001\0B\u0082\u0084webm", "video/webm" },
        { "\u001AE\u00DF\u00A3\u0001\0B\u0082\u0088matroska", "video/x-matroska" },
        { "OggS\0\u0002\0\0\0\0\0\0\0\0OpusHead", "audio/ogg" },
        { "OggS\0\u0002\0\0\0\0\0\0\0\0\u0080theora", "video/ogg" },
        { "ID3\u0004\0\0\0\0\0\0", "audio/mpeg" },
        { "\u00FF\u00FB\u0090\u0064\0", "audio/mpeg" },
        { "\u00FF\u00F1\u0050\u0080\0", "audio/aac" },
        { "fLaC\0\0\0\"", "audio/flac" },
        { "BM\u0046\0\0\0\0\0\0\0\u0036\0\0\0\u0028\0\0\0", "image/bmp" },
        { "II*\0\u0008\0\0\0", "image/tiff" },
        { "%PDF-1.7\n%\u00E2\u00E3", "application/pdf" },
        { "PK\u0003\u0004\u0014\0", "application/zip" },
        { "\u001F\u008B\u0008\0", "application/gzip" },
        { "just words\r\n\tand a tab", "text/plain; charset=utf-8" },
        { "caf\u00C3\u00A9", "text/plain; charset=utf-8" },
        { "BM is how this text begins, with no picture", "text/plain; charset=utf-8" },
        { "caf\u00E9 in Latin-1", "application/octet-stream" },
        { "words\0and a NUL", "application/octet-stream" },
        { "", "text/plain; charset=utf-8" },
    };

    [Theory, MemberData(nameof(Known))]
    public void content_says_what_it_is(string content, string mediaType) => Assert.Equal(mediaType, Of(content).MediaType);

    [Theory]
    [InlineData("<!DOCTYPE html><title>x</title>")]
    [InlineData("  \n<HTML><body>")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")]
    [InlineData("<?xml version='1.0'?><rss/>")]
    [InlineData("<?php system($_GET[0]);")]
    [InlineData("#!/bin/sh\nrm -rf /")]
    [InlineData("MZ\u0090\0\u0003\0\0\0")]
    [InlineData("\u007FELF\u0002\u0001\u0001\0")]
    [InlineData("\u00CA\u00FE\u00BA\u00BE\0\0\0\u0034")]
    [InlineData("%PDF-1.7\n<html><script>alert(1)</script>")]
    [InlineData("<html><!-- %PDF-1.7 -->")]
    [InlineData("ID3\u0004\0\0\0\0\0\0<script>alert(1)</script>")]
    [InlineData("\0\0\0\u0020ftypisom<svg onload=alert(1)>")]
    [InlineData("\u00FE\u00FF\0<\0h\0t\0m\0l\0>")]
    public void what_could_run_is_bytes_to_save(string content)
    {
        Assert.Same(ContentType.Bytes, Of(content));
        Assert.False(Of(content).MayBeShown);
    }

    [Fact]
    public void a_picture_that_is_a_script_too_stays_a_picture_to_be_drawn_anew() =>
        Assert.Equal((ContentType.Gif, ContentUse.Picture), (Of("GIF89a/*<script>*/=1;alert(1)"), Of("GIF89a/*<script>*/=1;alert(1)").Use));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void a_character_cut_by_the_end_of_the_head_does_not_make_text_bytes(int before)
    {
        var text = new string('a', Sniffing.HeadBytes - before) + "\U0001F600";
        Assert.Same(ContentType.Text, Sniffing.Of(Encoding.UTF8.GetBytes(text).AsSpan(0, Sniffing.HeadBytes)));
    }

    [Theory]
    [InlineData("a.png", "image/png", "<html>", false)]
    [InlineData("a.png", null, "<svg xmlns='x'/>", false)]
    [InlineData("a.png", null, "MZ\u0090\0", false)]
    [InlineData("a.png", null, "%PDF-1.7", false)]
    [InlineData("a.php.PNG ", null, "<?php x", false)]
    [InlineData("a.bin", "IMAGE/PNG; x=y", "%PDF-1.7", false)]
    [InlineData("a.mp3", null, "just words", false)]
    [InlineData("a", "video/mp4", "just words", false)]
    [InlineData("a.png", "audio/mpeg", "GIF89a", false)]
    [InlineData("a.png", "image/png", "GIF89a", true)]
    [InlineData("a.webm", "audio/webm", "OggS\0", true)]
    [InlineData("a.png.exe", null, "MZ\u0090\0", true)]
    [InlineData("a.svg", "image/svg+xml", "<svg xmlns='x'/>", true)]
    [InlineData("a.ts", "video/mp2t", "const a = 1;", true)]
    [InlineData("a.pdf", "application/pdf", "just words", true)]
    [InlineData("png", null, "just words", true)]
    [InlineData("", "", "just words", true)]
    public void what_is_announced_as_a_picture_or_recording_must_be_one(string name, string? declared, string content, bool fits) =>
        Assert.Equal(fits, Of(content).Fits(name, declared));

    static ContentType Of(string content) => Sniffing.Of(Encoding.Latin1.GetBytes(content));
}
