using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Api.RateLimits;
using Chat.Application.Search;
using Chat.Domain;
using Chat.Infrastructure.Search;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Chat.Api.Search;

static class SearchEndpoints
{
    const int MaxPage = 100;
    const int MaxCursor = 1_024;

    /// <summary>A search is more work than a read, so it takes more of a caller's budget.</summary>
    static readonly RateCost Cost = new(5);

    extension(IEndpointRouteBuilder routes)
    {
        public void MapSearch()
        {
            var model = routes.ServiceProvider.GetRequiredService<IOptions<SearchOptions>>().Value.Model;
            routes.MapGet("/v1/search", Everywhere).WithTags("Search").WithName("Search")
                .WithSummary("Messages that the caller may see now: words, \"phrases\", prefix*, from:, in:, has:, before:, after:, is:pinned.")
                .Refuses(422).AtLeast("timeline", model).AddEndpointFilter(Shown).WithMetadata(Cost);
            routes.MapGet("/v1/conversations/{conversationId:guid}/search", Within).WithTags("Search").WithName("SearchConversation")
                .WithSummary("The same within one conversation.").Refuses(404, 422).AtLeast("timeline", model).AddEndpointFilter(Shown).WithMetadata(Cost);
        }
    }

    // What the index of an engine holds may not be found yet.
    static async ValueTask<object?> Shown(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (Freshness.Asked(http.Request) is not null) await http.RequestServices.GetRequiredService<IMessageSearch>().Show(http.RequestAborted);
        return await next(context);
    }

    static Task<Results<Ok<SearchPageView>, ProblemHttpResult>> Everywhere(
        string query, Caller caller, MemberSearch search, CancellationToken ct, string sort = "relevance", string? cursor = null, int limit = 20) =>
        Find(null, query, caller, search, sort, cursor, limit, ct);

    static Task<Results<Ok<SearchPageView>, ProblemHttpResult>> Within(
        Guid conversationId, string query, Caller caller, MemberSearch search, CancellationToken ct, string sort = "relevance", string? cursor = null, int limit = 20) =>
        Find(new(conversationId), query, caller, search, sort, cursor, limit, ct);

    static async Task<Results<Ok<SearchPageView>, ProblemHttpResult>> Find(
        ConversationId? conversation, string query, Caller caller, MemberSearch search, string sort, string? cursor, int limit, CancellationToken ct)
    {
        if (limit is < 1 or > MaxPage) return Problems.LimitOutOfRange(MaxPage);
        if (OrderOf(sort) is not { } order) return Problems.InvalidParameter("sort", "sort is relevance, newest or oldest.");
        if (cursor?.Length > MaxCursor) return Problems.InvalidParameter("cursor", "This is no cursor of this search.");
        var (parsed, refusal) = SearchQueryParser.Parse(query);
        if (refusal is not null) return refusal.ToProblem();
        return await search.Find(caller.User, conversation, parsed, order, cursor, limit, ct) is { } page
            ? TypedResults.Ok(SearchPageView.Of(page))
            : Refusal.NoSuchConversation.ToProblem();
    }

    static SearchOrder? OrderOf(string sort) => sort switch
    {
        "relevance" => SearchOrder.Relevance,
        "newest" => SearchOrder.Newest,
        "oldest" => SearchOrder.Oldest,
        _ => null,
    };
}

/// <param name="Total">How many messages there are on all pages; at least so many when totalIsExact is false.</param>
/// <param name="Corrected">Nothing was found as it was written; these are other spellings.</param>
/// <param name="Degraded">The search engine is away; what stands in for it finds less well.</param>
sealed record SearchPageView(IReadOnlyList<HitView> Hits, bool HasMore, string? Cursor, long Total, bool TotalIsExact, bool Corrected, bool Degraded)
{
    public static SearchPageView Of(SearchPage page) =>
        new([.. page.Hits.Select(HitView.Of)], page.Cursor is not null, page.Cursor, page.Total, page.Exact, page.Corrected, page.Degraded);
}

sealed record HitView(Guid ConversationId, long Sequence, Guid MessageId, Guid By, DateTimeOffset At, string Text, IReadOnlyList<HighlightView> Highlights)
{
    public static HitView Of(MessageHit hit) => new(
        hit.Conversation.Value, hit.Sequence, hit.Message.Value, hit.Sender.Value, hit.At, hit.Text, [.. hit.Highlights.Select(static part => new HighlightView(part.Start, part.Length))]);
}

/// <summary>A part of the text that was found, in UTF-16 code units, as JavaScript's String counts them.</summary>
sealed record HighlightView(int Start, int Length);
