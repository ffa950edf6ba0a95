using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Application.Files;
using Chat.Domain;
using Chat.Infrastructure.Files;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Chat.Api.Files;

/// <summary>A small file in one request, as a form of a browser or curl sends it.</summary>
static class SmallFileEndpoint
{
    const int MaxBytes = 8 * 1024 * 1024;
    const int MaxEnvelopeBytes = 16 * 1024; // boundaries and headers around it

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/files", Post).WithTags("Files").WithName("UploadFile").WithMetadata(TusEndpoints.CreationCost)
        .WithSummary("Uploads a file of at most 8 MiB as multipart/form-data with that one part. Larger ones go by tus.").Refuses(413, 415, 422);

    static async Task<Results<Created<UploadedFile>, ProblemHttpResult>> Post(
        HttpContext http, Caller caller, Uploads uploads, UploadWriter writer, IOptions<FilesOptions> options, CancellationToken ct)
    {
        if (Boundary(http.Request) is not { } boundary) return Problems.Of(415, "unsupported_media_type", "Send multipart/form-data.");
        if (http.Request.ContentLength > MaxBytes + MaxEnvelopeBytes) return UploadRefusals.TooLarge(MaxBytes).ToProblem();
        http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MaxBytes + MaxEnvelopeBytes;
        await using var content = Spool.Create(); // how large it is shows at its end
        FilePart? part;
        try
        {
            part = await Read(new(boundary, http.Request.Body) { HeadersCountLimit = 8, HeadersLengthLimit = MaxEnvelopeBytes }, content, ct);
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException and not BadHttpRequestException && !http.RequestAborted.IsCancellationRequested)
        {
            return Malformed();
        }
        if (part is null) return Malformed();
        if (content.Length > MaxBytes) return UploadRefusals.TooLarge(MaxBytes).ToProblem();
        if (TusEndpoints.Refusal(part.Name, part.Type, content.Length, options.Value) is { } why) return why.ToProblem();

        if (await uploads.Create(caller.User, part.Name, part.Type, content.Length, ct) is not { } file) return UploadRefusals.NoRoom(options.Value.Quota).ToProblem();
        content.Position = 0;
        await writer.Write(file, 0, content, ct);
        return TypedResults.Created($"/v1/files/{file.Id}", UploadedFile.Of(file));
    }

    /// <summary>Takes the one part's bytes; null when it is no file, or not the only one.</summary>
    static async Task<FilePart?> Read(MultipartReader reader, FileStream content, CancellationToken ct)
    {
        if (await reader.ReadNextSectionAsync(ct) is not { } section
            || !ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition) || !disposition.IsFileDisposition()) return null;
        await content.Fill(section.Body, MaxBytes + 1, ct);
        var name = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value ?? "";
        return content.Length > MaxBytes || await reader.ReadNextSectionAsync(ct) is null ? new(name, section.ContentType) : null;
    }

    static string? Boundary(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            && HeaderUtilities.RemoveQuotes(type.Boundary) is { HasValue: true, Length: > 0 and <= 70 } boundary ? boundary.Value : null;

    static ProblemHttpResult Malformed() => Problems.Of(400, "multipart_invalid", "The body must have exactly one part, with a file name, and its closing boundary.");

    sealed record FilePart(string Name, string? Type);
}
