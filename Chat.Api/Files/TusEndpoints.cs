using System.Globalization;
using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Api.RateLimits;
using Chat.Application.Files;
using Chat.Domain;
using Chat.Infrastructure.Files;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.Options;

namespace Chat.Api.Files;

/// <summary>
/// Resumable uploads by tus 1.0.0: creation (also with the first bytes), expiration, checksum and termination. An upload's id is the file's. What
/// its headers show to be wrong is refused before the body is asked for.
/// </summary>
static class TusEndpoints
{
    const string Extensions = "creation,creation-with-upload,expiration,checksum,termination";

    // Each makes a row that stays for a day.
    internal static readonly RateCost CreationCost = new(5);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var timeout = new RequestTimeoutPolicy
        {
            Timeout = routes.ServiceProvider.GetRequiredService<IOptions<FilesOptions>>().Value.RequestTimeout, TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable,
        };
        var uploads = routes.MapGroup("/v1/uploads").WithTags("Files");
        uploads.MapMethods("", [HttpMethods.Options], Offer).AllowAnonymous().WithName("UploadOptions").WithSummary("What of tus this server speaks.");

        var tus = uploads.MapGroup("").AddEndpointFilter(SpeakTus);
        tus.MapPost("", Create).WithName("CreateUpload").WithMetadata(CreationCost)
            .WithSummary("Begins an upload (tus): Upload-Length, and Upload-Metadata with filename and filetype. The last part of its Location is the file's id.")
            .Refuses(412, 413, 415, 422, 423, 460).WithRequestTimeout(timeout);
        tus.MapMethods("/{id:guid}", [HttpMethods.Head], Look).WithName("GetUploadOffset").WithSummary("Where an upload goes on (tus).").Refuses(404, 412);
        tus.MapPatch("/{id:guid}", Append).WithName("AppendToUpload")
            .WithSummary("Adds bytes at Upload-Offset (tus). With the last of them the file is looked at.").Refuses(404, 409, 412, 413, 415, 423, 460).WithRequestTimeout(timeout);
        tus.MapDelete("/{id:guid}", Delete).WithName("DeleteUpload").WithSummary("Ends an upload, or removes a file that was not sent (tus).").Refuses(404, 409, 412, 423);
    }

    static NoContent Offer(HttpResponse response, IOptions<FilesOptions> options)
    {
        response.Headers["Tus-Resumable"] = TusRequest.Version;
        response.Headers["Tus-Version"] = TusRequest.Version;
        response.Headers["Tus-Extension"] = Extensions;
        response.Headers["Tus-Checksum-Algorithm"] = Checksum.Algorithms;
        response.Headers["Tus-Max-Size"] = Number(options.Value.MaxFileBytes);
        return TypedResults.NoContent();
    }

    static async Task<Results<Created, ProblemHttpResult>> Create(
        HttpContext http, Caller caller, Uploads uploads, UploadWriter writer, FileRemoval removal, IOptions<FilesOptions> options, CancellationToken ct)
    {
        var request = http.Request;
        if (request.UploadLength is not { } size) return TusRequest.Malformed("Upload-Length", "Upload-Length must say how many bytes come; to say it later is not offered.");
        if (TusRequest.Metadata(request.Headers["Upload-Metadata"]) is not { } metadata)
            return TusRequest.Malformed("Upload-Metadata", "Upload-Metadata is a list of different keys, each with a value in base64 of UTF-8.");
        var type = metadata.GetValueOrDefault("filetype");
        if (Refusal(metadata.GetValueOrDefault("filename", ""), type, size, options.Value) is { } why) return why.ToProblem();
        if (request.HasBody && BodyProblem(request, size) is { } body) return body;

        if (await uploads.Create(caller.User, metadata["filename"], type, size, ct) is not { } file) return UploadRefusals.NoRoom(options.Value.Quota).ToProblem();
        http.Response.Headers.Location = $"/v1/uploads/{file.Id}";
        if (request.HasBody && await Receive(http, file, 0, writer, removal, ct) is { } problem) return problem;
        if (!request.HasBody) Describe(http.Response, file, 0);
        return TypedResults.Created();
    }

    static async Task<Results<Ok, ProblemHttpResult>> Look(Guid id, HttpResponse response, Caller caller, Uploads uploads, UploadWriter writer, CancellationToken ct)
    {
        if (await uploads.Find(new(id), caller.User, ct) is not { } file) return UploadRefusals.NoSuchUpload.ToProblem();
        Describe(response, file, await writer.Received(file, ct));
        response.Headers["Upload-Length"] = Number(file.Size);
        response.Headers["Upload-Metadata"] = TusRequest.Metadata(file.Name, file.DeclaredType);
        return TypedResults.Ok();
    }

    static async Task<Results<NoContent, ProblemHttpResult>> Append(
        Guid id, HttpContext http, Caller caller, Uploads uploads, UploadWriter writer, FileRemoval removal, CancellationToken ct)
    {
        if (http.Request.UploadOffset is not { } offset) return TusRequest.Malformed("Upload-Offset", "Upload-Offset must say at which byte the body begins.");
        if (!http.Request.HasTusBody) return WrongType();
        if (await uploads.Find(new(id), caller.User, ct) is not { } file) return UploadRefusals.NoSuchUpload.ToProblem();
        if (offset > file.Size) return UploadRefusals.OtherOffset(file.Received).ToProblem();
        if (BodyProblem(http.Request, file.Size - offset) is { } body) return body;
        return await Receive(http, file, offset, writer, removal, ct) is { } problem ? problem : TypedResults.NoContent();
    }

    static async Task<Results<NoContent, ProblemHttpResult>> Delete(Guid id, Caller caller, Uploads uploads, FileRemoval removal, CancellationToken ct)
    {
        if (await uploads.Find(new(id), caller.User, ct) is not { } file) return UploadRefusals.NoSuchUpload.ToProblem();
        await using var lease = file.State == FileState.Uploading ? await uploads.TryTake(file.Id, ct) : null;
        if (lease is null && file.State == FileState.Uploading) return Busy();
        if ((await removal.RemoveUnclaimed([file.Id], ct)).Count > 0) return TypedResults.NoContent();
        return (await uploads.Find(file.Id, caller.User, ct) is null ? UploadRefusals.NoSuchUpload : UploadRefusals.Sent).ToProblem();
    }

    /// <summary>Brings the body into the upload; what is wrong, or null.</summary>
    static async Task<ProblemHttpResult?> Receive(HttpContext http, StoredFile file, long offset, UploadWriter writer, FileRemoval removal, CancellationToken ct)
    {
        http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        await using var body = new BoundedContent(http.Request.Body, file.Size - offset);
        await using ReadOnlyStream content = http.Request.Headers["Upload-Checksum"] is [{ } checksum] ? new VerifiedContent(body, Checksum.Parse(checksum)!) : body;
        try
        {
            switch (await writer.Write(file, offset, content, ct))
            {
                case UploadStep.OtherOffset other: return UploadRefusals.OtherOffset(other.Received).ToProblem();
                case UploadStep.Busy: return Busy();
                case UploadStep.Taken taken: Describe(http.Response, file, taken.Received); return null;
                default: throw new System.Diagnostics.UnreachableException();
            }
        }
        catch (ChecksumMismatchException)
        {
            return Problems.Of(460, "checksum_mismatch", "The body does not have the checksum that was said; nothing of it was kept.");
        }
        catch (ContentTooLongException)
        {
            // without a length it shows only at the end, when what came first looks like the whole file
            await removal.RemoveUnclaimed([file.Id], CancellationToken.None);
            return UploadRefusals.TooLong.ToProblem();
        }
    }

    /// <summary>Why a file is not to be begun at all.</summary>
    internal static Refusal? Refusal(string name, string? type, long size, FilesOptions options) =>
        FileName.Check(name) is { } badName ? badName
        : type is not null && !Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(type, out _) ? UploadRefusals.TypeInvalid
        : size <= 0 ? UploadRefusals.Empty
        : size > options.MaxBytes(type) ? UploadRefusals.TooLarge(options.MaxBytes(type))
        : null;

    // What the headers say about the body.
    static ProblemHttpResult? BodyProblem(HttpRequest request, long most) =>
        !request.HasTusBody ? WrongType()
        : request.ContentLength > most ? UploadRefusals.TooLong.ToProblem()
        : request.Headers["Upload-Checksum"] is { Count: > 0 } said && (said is not [{ } checksum] || Checksum.Parse(checksum) is null)
            ? TusRequest.Malformed("Upload-Checksum", $"Upload-Checksum is one of {Checksum.Algorithms}, a space, and the hash in base64.")
        : null;

    static ProblemHttpResult WrongType() => Problems.Of(415, "unsupported_media_type", $"Send {TusRequest.MediaType}.");

    internal static ProblemHttpResult Busy() => Problems.Of(423, "upload_busy", "Another request is bringing bytes of this upload; try again when it is over.");

    static void Describe(HttpResponse response, StoredFile file, long received)
    {
        response.Headers["Upload-Offset"] = Number(received);
        if (received < file.Size) response.Headers["Upload-Expires"] = file.ExpiresAt.ToString("R", CultureInfo.InvariantCulture);
    }

    static async ValueTask<object?> SpeakTus(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var (request, response) = (context.HttpContext.Request, context.HttpContext.Response);
        response.OnStarting(() =>
        {
            response.Headers["Tus-Resumable"] = TusRequest.Version; // also of what the exception handler answers
            return Task.CompletedTask;
        });
        if (request.SpeaksTus) return await next(context);
        response.Headers["Tus-Version"] = TusRequest.Version;
        return Problems.Of(412, "tus_version_unsupported", $"Say Tus-Resumable: {TusRequest.Version}.");
    }

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
