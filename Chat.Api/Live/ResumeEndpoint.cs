using Chat.Api.Auth;
using Chat.Api.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Chat.Api.Live;

static class ResumeEndpoint
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapResume() => routes.MapPost("/v1/resume", Resume).WithName("Resume").WithTags("Inbox")
            .WithSummary("What a device missed since the sequences it has; as the hub's Resume.").Refuses();
    }

    static async Task<Results<Ok<ResumeReply>, ProblemHttpResult>> Resume(ResumeRequest request, Caller caller, Resumption resumption, CancellationToken ct)
    {
        var reply = await resumption.Resume(caller.User, request, ct);
        return reply.Ok ? TypedResults.Ok(reply) : Problems.Of(400, reply.Code!, reply.Detail!);
    }
}
