using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Api.Live;
using Chat.Application.Presence;
using Chat.Infrastructure.ReadModels;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Chat.Api.Presence;

static class PresenceEndpoints
{
    extension(IServiceCollection services)
    {
        /// <summary>What keeps, watches and shows presence and typing on this node.</summary>
        public IServiceCollection AddPresenceEdge() => services
            .AddSingleton<PresenceViews>()
            .AddSingleton<Typists>()
            .AddSingleton<PresenceBeat>()
            .AddHostedService(static provider => provider.GetRequiredService<PresenceBeat>())
            .AddSingleton<PresenceWatch>()
            .AddHostedService(static provider => provider.GetRequiredService<PresenceWatch>())
            .AddHostedService<TypingEdge>();
    }

    extension(IEndpointRouteBuilder routes)
    {
        public void MapPresence()
        {
            var presence = routes.MapGroup("/v1").WithTags("Presence");
            presence.MapGet("/presence", Get).WithName("ReadPresence").WithSummary("Users as the caller may see them: online, offline since, or unknown.").Refuses();
            presence.MapGet("/users/me/presence", GetOwn).WithName("GetPresenceVisibility").WithSummary("Whether the caller hides their presence.").Refuses();
            presence.MapPut("/users/me/presence", Change).WithName("ChangePresenceVisibility")
                .WithSummary("Hides the caller's presence from others, and others' from the caller; or shows both again.").Refuses();
            presence.MapPost("/conversations/{conversationId:guid}/typing", Typing).WithName("Type")
                .WithSummary("Tells the members who are connected that the caller is writing, or has stopped.").Refuses(404);
        }
    }

    static async Task<Results<Ok<Presences>, ProblemHttpResult>> Get(
        Guid[] userIds, Caller caller, PresenceViews views, IOptions<PresenceOptions> options, CancellationToken ct)
    {
        var most = options.Value.MaxWatched;
        if (userIds.Length > most) return Problems.InvalidParameter("userIds", $"At most {most} users are asked for at once.");
        var found = await views.Of(caller.User, [.. userIds.Distinct().Select(static id => new Chat.Domain.UserId(id))], ct);
        return TypedResults.Ok(new Presences([.. found.Select(static view => PresenceView.Of(view.User, view.Presence))]));
    }

    static async Task<Ok<Visibility>> GetOwn(Caller caller, PresenceRights rights, CancellationToken ct) =>
        TypedResults.Ok(new Visibility(await rights.Hides(caller.User, ct)));

    static async Task<Ok<Visibility>> Change(Visibility request, Caller caller, PresenceRights rights, CancellationToken ct)
    {
        await rights.Hide(caller.User, request.Hidden, ct);
        return TypedResults.Ok(request);
    }

    static async Task<Results<NoContent, ProblemHttpResult>> Typing(
        Guid conversationId, TypingBody request, Caller caller, Typists typists, CancellationToken ct) =>
        await typists.Tell(caller.User, new(conversationId), request.Active, ct) is { } why ? why.ToProblem() : TypedResults.NoContent();

    sealed record Presences(IReadOnlyList<PresenceView> Users);

    sealed record Visibility(bool Hidden);

    sealed record TypingBody(bool Active = true);
}
