using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Application.Directory;
using Chat.Domain;
using Chat.Domain.Users;
using Microsoft.AspNetCore.Http.HttpResults;
using Wolverine;

namespace Chat.Api.Users;

static class UserEndpoints
{
    const int MaxPage = 100;

    extension(IEndpointRouteBuilder routes)
    {
        public void MapUsers()
        {
            var users = routes.MapGroup("/v1/users").WithTags("Users");
            users.MapGet("", Find).WithName("FindUsers").WithSummary("Users whose username or display name begins with a text.").Refuses().AtLeast("directory");
            users.MapGet("/{userId:guid}", Get).WithName("GetUser").WithSummary("One user.").Refuses(404).AtLeast("directory");
            users.MapGet("/me", GetMe).WithName("GetMe").WithSummary("The caller.").Refuses(404).AtLeast("directory");
            users.MapPatch("/me", Change).WithName("ChangeProfile").WithSummary("Changes the caller's display name.").Refuses(422);
            BlockEndpoints.Map(users);
            ReadReceiptsEndpoints.Map(users);
        }
    }

    static async Task<Results<Ok<UserPage>, ProblemHttpResult>> Find(string query, IDirectoryReader directory, CancellationToken ct, string? cursor = null, int limit = 20)
    {
        if (limit is < 1 or > MaxPage) return Problems.LimitOutOfRange(MaxPage);
        if (query.Trim().Length is 0 or > 80 || query.Contains('\0', StringComparison.Ordinal))
            return Problems.InvalidParameter("query", "query has 1 to 80 characters.");
        if (cursor is { Length: > 32 } || cursor?.Contains('\0', StringComparison.Ordinal) == true) return Problems.InvalidParameter("cursor", "This is no cursor of this API.");
        var found = await directory.FindUsers(query.Trim(), cursor, limit + 1, ct);
        var page = found.Take(limit).ToList();
        var more = found.Count > limit;
        return TypedResults.Ok(new UserPage([.. page.Select(UserView.Of)], more, more ? page[^1].Username : null));
    }

    static async Task<Results<Ok<UserView>, ProblemHttpResult>> Get(Guid userId, IDirectoryReader directory, CancellationToken ct) =>
        await directory.User(new(userId), ct) is { } user ? TypedResults.Ok(UserView.Of(user)) : Refusal.NoSuchUser.ToProblem();

    static Task<Results<Ok<UserView>, ProblemHttpResult>> GetMe(Caller caller, IDirectoryReader directory, CancellationToken ct) =>
        Get(caller.User.Value, directory, ct);

    static Task<Results<Ok<Done>, ProblemHttpResult>> Change(ProfileRequest request, Caller caller, IMessageBus bus, CancellationToken ct) =>
        bus.Do(new ChangeProfile { By = caller.User, Device = caller.Device, DisplayName = request.DisplayName }, ct);

    sealed record ProfileRequest(string DisplayName);

    sealed record UserPage(IReadOnlyList<UserView> Users, bool HasMore, string? Cursor);

    sealed record UserView(Guid Id, string Username, string DisplayName, DateTimeOffset RegisteredAt)
    {
        public static UserView Of(UserProfile user) => new(user.Id.Value, user.Username, user.DisplayName, user.RegisteredAt);
    }
}
