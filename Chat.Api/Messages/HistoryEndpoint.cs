using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Application.Conversations;
using Chat.Application.Timeline;
using Chat.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Chat.Api.Messages;

static class HistoryEndpoint
{
    const int MaxPage = 100;

    public static void Map(IEndpointRouteBuilder messages) => messages.MapGet("", Page).WithName("ReadHistory")
        .WithSummary("A page of history in sequence order: the newest, or before, after or around a sequence.").Refuses(404).AtLeast("timeline");

    static async Task<Results<Ok<HistoryPage>, ProblemHttpResult>> Page(
        Guid conversationId, Caller caller, ITimelineReader timeline, ConversationStreams streams, CancellationToken ct, long? before = null, long? after = null, long? around = null, int limit = 50)
    {
        if (limit is < 1 or > MaxPage) return Problems.LimitOutOfRange(MaxPage);
        if (new[] { before, after, around }.Count(static at => at is not null) > 1)
            return Problems.Of(400, "ranges_exclusive", "Give one of before, after and around, or none.");
        HistoryRange range = before is { } b ? new HistoryRange.Before(b) : after is { } a ? new HistoryRange.After(a)
            : around is { } c ? new HistoryRange.Around(c) : new HistoryRange.Newest();
        if (await timeline.Page(caller.User, new(conversationId), range, limit, ct) is not { } page) return Refusal.NoSuchConversation.ToProblem();

        // beyond what this page knows may only be ahead of the read model; what the log does not have either was never given to anybody
        var asked = (before - 1) ?? after ?? around;
        return asked > page.Head && asked > (await streams.Read(new(conversationId), TimeSpan.Zero, ct)).Sequence
            ? Problems.Of(400, "sequence_beyond_head", "The conversation has no such sequence yet.")
            : TypedResults.Ok(HistoryPage.Of(page, forwards: after is not null));
    }

    /// <param name="HasMore">More lies in the direction that was asked for: after it for after, before it otherwise.</param>
    /// <param name="Head">The last sequence of the conversation that this page reflects.</param>
    sealed record HistoryPage(IReadOnlyList<EntryView> Entries, bool HasMore, bool HasMoreBefore, bool HasMoreAfter, long Head)
    {
        public static HistoryPage Of(TimelinePage page, bool forwards) => new(
            [.. page.Entries.Select(EntryView.Of)], forwards ? page.HasMoreAfter : page.HasMoreBefore, page.HasMoreBefore, page.HasMoreAfter, page.Head);
    }
}
