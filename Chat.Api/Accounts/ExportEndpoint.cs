using System.Text.Json;
using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Api.RateLimits;
using Chat.Application.Accounts;
using Chat.Domain;
using Chat.Infrastructure.Postgres;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Chat.Api.Accounts;

/// <summary>All that is known of the caller and written by them, as lines of JSON, read while they are sent.</summary>
static class ExportEndpoint
{
    public const string MediaType = "application/x-ndjson";

    const int Buffer = 32 * 1024;

    static readonly RateCost Cost = new(20);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/me/export", Export).WithTags("Accounts").WithName("ExportMe")
        .WithSummary("The caller's profile, devices, blocks, conversations and messages, a JSON object a line; one at a time.")
        .Produces<string>(200, MediaType).Refuses().WithMetadata(Cost).DisableRequestTimeout(); // a slow reader is cut off by the server's own limit

    static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> Export(
        Caller caller, PersonalExport export, Leases leases, IOptions<JsonOptions> json, HttpContext http, CancellationToken ct)
    {
        if (await leases.TryTake($"export of {caller.User}", ct) is not { } lease)
        {
            http.Response.Headers.RetryAfter = "10";
            return Problems.Of(429, "export_running", "Your data is being exported already; wait until that has ended.");
        }
        return TypedResults.Stream(stream => Write(export, caller.User, lease, stream, json.Value.SerializerOptions, ct), MediaType, "export.ndjson");
    }

    static async Task Write(PersonalExport export, UserId user, Lease lease, Stream stream, JsonSerializerOptions json, CancellationToken ct)
    {
        await using var held = lease;
        await using var buffered = new BufferedStream(stream, Buffer);
        await foreach (var line in export.Of(user, ct))
        {
            await JsonSerializer.SerializeAsync(buffered, line, line.GetType(), json, ct);
            buffered.WriteByte((byte)'\n');
        }
    }
}
