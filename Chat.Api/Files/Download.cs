using Chat.Application.Files;
using Microsoft.Net.Http.Headers;

namespace Chat.Api.Files;

/// <summary>Bytes as they are handed out, and what a browser is told to do with them.</summary>
/// <param name="Shown">Only what was drawn anew; everything else is saved, whatever it is.</param>
sealed record Download(BlobKey Blob, string Name, string MediaType, bool Shown, EntityTagHeaderValue ETag)
{
    public static Download Of(StoredFile file, string? variant)
    {
        var hash = Convert.ToHexStringLower(file.Sha256!);
        return variant is null
            ? new(file.Blob, file.Name, file.MediaType!, ContentType.Known(file.MediaType!).MayBeShown, new($"\"{hash}\""))
            : new(file.Blob with { Variant = variant }, $"{file.Name}.webp", ImageVariants.MediaType, Shown: true, new($"\"{hash}-{variant}\""));
    }

    /// <summary>RFC 6266: the name in ASCII as far as that goes, and in full as filename*.</summary>
    public string Disposition
    {
        get
        {
            var disposition = new ContentDispositionHeaderValue(Shown ? "inline" : "attachment");
            disposition.SetHttpFileName(Name);
            return disposition.ToString();
        }
    }

    // Kept by the browser alone, and never used again without asking: who may see it may have changed.
    public void Describe(IHeaderDictionary headers)
    {
        headers.ContentDisposition = Disposition;
        headers.CacheControl = "private, no-cache";
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        headers["Cross-Origin-Resource-Policy"] = "same-site";
    }
}
