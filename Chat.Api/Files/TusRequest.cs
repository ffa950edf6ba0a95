using System.Globalization;
using System.Text;
using Chat.Api.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Chat.Api.Files;

/// <summary>What the headers of a tus request say (https://tus.io/protocols/resumable-upload, version 1.0.0). Each answers null for what it cannot be.</summary>
static class TusRequest
{
    public const string Version = "1.0.0";
    public const string MediaType = "application/offset+octet-stream";

    extension(HttpRequest request)
    {
        public bool SpeaksTus => request.Headers["Tus-Resumable"] == Version;

        public bool HasBody => request.HttpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true;

        public bool HasTusBody => string.Equals(request.ContentType, MediaType, StringComparison.OrdinalIgnoreCase);

        public long? UploadLength => Number(request.Headers["Upload-Length"]);

        public long? UploadOffset => Number(request.Headers["Upload-Offset"]);
    }

    /// <summary>Metadata as its header gives it: keys, and after a space the value in base64.</summary>
    public static Dictionary<string, string>? Metadata(string? header)
    {
        var metadata = new Dictionary<string, string>();
        if (string.IsNullOrWhiteSpace(header)) return metadata;
        foreach (var pair in header.Split(','))
        {
            var parts = pair.Trim().Split(' ');
            if (parts is not ([{ Length: > 0 }] or [{ Length: > 0 }, _]) || (parts is [_, var coded] ? Text(coded) : "") is not { } value || !metadata.TryAdd(parts[0], value)) return null;
        }
        return metadata;
    }

    public static string Metadata(string name, string? type) =>
        type is null ? $"filename {Coded(name)}" : $"filename {Coded(name)},filetype {Coded(type)}";

    public static ProblemHttpResult Malformed(string header, string detail) => Problems.InvalidParameter(header, detail);

    static long? Number(string? header) => long.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    static string Coded(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    static string? Text(string coded)
    {
        var bytes = new byte[coded.Length];
        if (!Convert.TryFromBase64String(coded, bytes, out var length)) return null;
        try
        {
            return StrictUtf8.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            return null; // no UTF-8
        }
    }

    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
