using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Api.Inbox;
using Chat.Application.Inbox;
using Chat.Application.Log;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Chat.Api.Sync;

/// <summary>
/// For a device that comes back: what changed in the inbox since a position, page by page, and then each change as it comes. One cursor leads through
/// both, so that nothing is left out or told twice where the pages end and the waiting begins.
/// </summary>
static class SyncEndpoint
{
    const int MaxPage = 100;
    const int MaxWait = 25; // seconds; below the time that a request may take

    extension(IServiceCollection services)
    {
        public IServiceCollection AddSync() => services
            .AddSingleton<InboxSignals>().AddSingleton<InboxFollow>().AddHostedService<InboxWatch>();
    }

    extension(IEndpointRouteBuilder routes)
    {
        public void MapSync() => routes.MapGet("/v1/sync", Sync).WithTags("Inbox").WithName("Sync")
            .WithSummary("What changed in the caller's inbox after a position, oldest first; with wait, the next change as soon as there is one.").Refuses().AtLeast("inbox");
    }

    static async Task<Results<Ok<SyncPage>, ProblemHttpResult>> Sync(
        Caller caller, InboxFollow follow, IEventLog log, IHostApplicationLifetime lifetime, CancellationToken ct,
        string? after = null, string? epoch = null, int limit = 50, int wait = 0)
    {
        if (limit is < 1 or > MaxPage) return Problems.LimitOutOfRange(MaxPage);
        if (wait is < 0 or > MaxWait) return Problems.InvalidParameter("wait", $"wait is 0 to {MaxWait} seconds.");
        if (!LogPosition.TryParse(after ?? "0", out var position)) return Problems.InvalidParameter("after", "after is a position that this API has given.");

        var (present, head) = ((await log.Epoch(ct)).ToString(), await log.Head(ct));
        if ((epoch is not null && epoch != present) || position > head) return TypedResults.Ok(new SyncPage(false, present, [], false, LogPosition.Start.ToString()));

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct, lifetime.ApplicationStopping);
        if (wait == 0) await patience.CancelAsync();
        else patience.CancelAfter(TimeSpan.FromSeconds(wait));
        return TypedResults.Ok(SyncPage.Of(present, await follow.After(caller.User, position, limit, patience.Token, ct)));
    }

    /// <param name="Recovered">False when the position is of another history of the log (a restored backup): drop what you have and begin without one.</param>
    /// <param name="Epoch">Give it with the next call.</param>
    /// <param name="HasMore">There is more already; ask again at once.</param>
    /// <param name="Until">Where to ask from the next time.</param>
    sealed record SyncPage(bool Recovered, string Epoch, IReadOnlyList<InboxItemView> Items, bool HasMore, string Until)
    {
        public static SyncPage Of(string epoch, InboxChanges changes) =>
            new(true, epoch, [.. changes.Items.Select(InboxItemView.Of)], changes.HasMore, changes.Until.ToString());
    }
}
