using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Application.Files;
using Chat.Domain;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Chat.Api.Files;

/// <summary>A file, for its owner and for those who may see a message that refers to it.</summary>
static class DownloadEndpoints
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddDownloads() => services.AddSingleton<Downloads>().AddSingleton<FileLinks>();
    }

    extension(IEndpointRouteBuilder routes)
    {
        public void MapDownloads()
        {
            var file = routes.MapGroup("/v1/files/{fileId:guid}").WithTags("Files");
            file.MapGet("", Get).WithName("GetFile").WithSummary("What a file is, and how far it has come.").Refuses(404);
            file.MapGet("/content", Content).WithName("DownloadFile").WithMetadata(new TakesFileLink(), new DisableRequestTimeoutAttribute())
                .WithSummary("Its bytes, whole or a range, or those of a picture's variant; a redirect where the store hands them out itself.")
                .Produces(200, contentType: ContentType.Bytes.MediaType).Produces(206, contentType: ContentType.Bytes.MediaType).Produces(302).Produces(304).Produces(416)
                .Refuses(404, 409, 422);
            file.MapMethods("/content", [HttpMethods.Head], Content).WithName("GetFileHeaders").WithMetadata(new TakesFileLink(), new DisableRequestTimeoutAttribute())
                .WithSummary("What comes with its bytes, without them, and never a redirect.")
                .Produces(200, contentType: ContentType.Bytes.MediaType).Produces(304).Produces(416).Refuses(404, 409, 422);
            file.MapPost("/links", Link).WithName("LinkFile")
                .WithSummary("An address of the bytes that needs no token: good for ten minutes, and only as long as the caller may see the file.").Refuses(404, 409, 422);
        }
    }

    static async Task<Results<Ok<FileView>, ProblemHttpResult>> Get(Guid fileId, Caller caller, Downloads downloads, CancellationToken ct) =>
        await downloads.Find(caller.User, new(fileId), ct) is { } file ? TypedResults.Ok(FileView.Of(file)) : FileRefusals.NoSuchFile.ToProblem();

    static async Task<Results<FileStreamHttpResult, RedirectHttpResult, ProblemHttpResult>> Content(
        Guid fileId, Caller caller, Downloads downloads, HttpContext http, CancellationToken ct, string? variant = null)
    {
        var file = await downloads.Find(caller.User, new(fileId), ct);
        if (Downloads.Refusal(file, variant) is { } why) return why.ToProblem();
        var content = Download.Of(file!, variant);
        // a link into the store is signed for GET alone
        if (HttpMethods.IsGet(http.Request.Method) && await downloads.Link(content, ct) is { } elsewhere) return TypedResults.Redirect(elsewhere.AbsoluteUri);
        if (await downloads.Open(content, ct) is not { } stream) return FileRefusals.NoSuchFile.ToProblem();
        content.Describe(http.Response.Headers);
        return TypedResults.Stream(stream, content.MediaType, entityTag: content.ETag, enableRangeProcessing: true);
    }

    static async Task<Results<Ok<LinkView>, ProblemHttpResult>> Link(
        Guid fileId, Caller caller, Downloads downloads, FileLinks links, CancellationToken ct, string? variant = null)
    {
        var file = await downloads.Find(caller.User, new(fileId), ct);
        if (Downloads.Refusal(file, variant) is { } why) return why.ToProblem();
        var link = links.Sign(caller.User, new(fileId), variant);
        return TypedResults.Ok(new LinkView($"/v1/files/{fileId}/content{link.Query}", link.ExpiresAt));
    }

    /// <param name="Url">Relative to this server.</param>
    sealed record LinkView(string Url, DateTimeOffset ExpiresAt);

    /// <param name="Size">Bytes: of a picture that is ready, as it is served, drawn anew.</param>
    /// <param name="MediaType">What the content is; absent until it was looked at.</param>
    /// <param name="Why">The code of its rejection.</param>
    /// <param name="Image">Only of a picture that is ready.</param>
    sealed record FileView(Guid Id, string Name, long Size, FileState State, string? MediaType, string? Why, ImageView? Image, DateTimeOffset CreatedAt)
    {
        public static FileView Of(StoredFile file) => new(
            file.Id.Value, file.Name, file.Size, file.State, file.MediaType, file.Why,
            file.Image is { } image ? new(image.Width, image.Height, image.Color) : null, file.CreatedAt);
    }

    /// <param name="Width">Pixels.</param>
    /// <param name="Height">Pixels.</param>
    /// <param name="Color">"#rrggbb", on average: to show until the picture is there.</param>
    sealed record ImageView(int Width, int Height, string Color);
}
