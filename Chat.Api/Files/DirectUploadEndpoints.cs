using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Application.Files;
using Chat.Domain;
using Chat.Infrastructure.Files;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Chat.Api.Files;

/// <summary>Uploads past this server, straight into a store that takes bytes from clients: begun here, put there, completed here.</summary>
static class DirectUploadEndpoints
{
    const int Sha256Bytes = 32;

    // To begin with the bytes; they may take longer.
    static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var direct = routes.MapGroup("/v1/files/direct").WithTags("Files");
        direct.MapPost("", Create).WithName("CreateDirectUpload").WithMetadata(TusEndpoints.CreationCost)
            .WithSummary("Begins an upload straight into the store: send the bytes in one request, with exactly these headers. Not offered by every store.").Refuses(409, 413, 422);
        direct.MapPost("/{id:guid}/complete", Complete).WithName("CompleteDirectUpload")
            .WithSummary("Makes a file of what was put into the store, and has it looked at; a repeat answers the same.").Refuses(404, 409, 422, 423);
        direct.MapDelete("/{id:guid}", Delete).WithName("DeleteDirectUpload").WithSummary("Ends a direct upload that is not complete.").Refuses(404, 409, 423);
    }

    static async Task<Results<Created<DirectUpload>, ProblemHttpResult>> Create(
        DirectUploadRequest request, Caller caller, Uploads uploads, IBlobStore store, IOptions<FilesOptions> options, CancellationToken ct)
    {
        if (store is not IDirectUploads direct) return UploadRefusals.NotDirect.ToProblem();
        if (TusEndpoints.Refusal(request.Name, request.Type, request.Size, options.Value) is { } why) return why.ToProblem();
        if (request.Size > direct.MaxBytes) return UploadRefusals.TooLarge(direct.MaxBytes).ToProblem();
        if (request.Sha256.Length != Sha256Bytes) return UploadRefusals.ChecksumInvalid.ToProblem();

        if (await uploads.Create(caller.User, request.Name, request.Type, request.Size, ct, request.Sha256) is not { } file)
            return UploadRefusals.NoRoom(options.Value.Quota).ToProblem();
        var address = await direct.Sign(file.Blob, file.Size, request.Sha256, Life);
        return TypedResults.Created($"/v1/files/{file.Id}", new DirectUpload(file.Id.Value, HttpMethods.Put, address.Url, address.Headers, file.CreatedAt + Life));
    }

    static async Task<Results<Ok<UploadedFile>, ProblemHttpResult>> Complete(
        Guid id, Caller caller, Uploads uploads, UploadWriter writer, FileRemoval removal, IBlobStore store, CancellationToken ct)
    {
        if (store is not IDirectUploads direct) return UploadRefusals.NotDirect.ToProblem();
        if (await uploads.FindDirect(new(id), caller.User, ct) is not { } file) return UploadRefusals.NoSuchUpload.ToProblem();
        switch (await writer.Take(file, direct, ct))
        {
            case UploadStep.Taken: return TypedResults.Ok(UploadedFile.Of(file));
            case UploadStep.Busy: return TusEndpoints.Busy();
            case UploadStep.OtherOffset { Received: 0 }: return UploadRefusals.NotArrived.ToProblem();
            case UploadStep.OtherOffset:
                await End(file, direct, removal, ct);
                return UploadRefusals.OtherSize(file.Size).ToProblem();
            default: throw new System.Diagnostics.UnreachableException();
        }
    }

    static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid id, Caller caller, Uploads uploads, FileRemoval removal, IBlobStore store, CancellationToken ct)
    {
        if (store is not IDirectUploads direct) return UploadRefusals.NotDirect.ToProblem();
        if (await uploads.FindDirect(new(id), caller.User, ct) is not { State: FileState.Uploading } file) return UploadRefusals.NoSuchUpload.ToProblem();
        await using var lease = await uploads.TryTake(file.Id, ct);
        if (lease is null) return TusEndpoints.Busy();
        await End(file, direct, removal, ct);
        return TypedResults.NoContent();
    }

    // Closed first: what is no longer counted must not come any more.
    static async Task End(StoredFile file, IDirectUploads direct, FileRemoval removal, CancellationToken ct)
    {
        await direct.Close(file.Blob, ct);
        await removal.RemoveUnclaimed([file.Id], ct);
    }

    /// <param name="Size">Bytes.</param>
    /// <param name="Sha256">Of all of them, in base64.</param>
    /// <param name="Type">A media type; only ever compared with what the content is.</param>
    sealed record DirectUploadRequest(string Name, long Size, byte[] Sha256, string? Type = null);

    /// <param name="Url">Of the store; it takes the bytes once.</param>
    /// <param name="Headers">To be sent exactly so.</param>
    /// <param name="ExpiresAt">Until when that request may begin.</param>
    sealed record DirectUpload(Guid Id, string Method, Uri Url, IReadOnlyDictionary<string, string> Headers, DateTimeOffset ExpiresAt);
}
