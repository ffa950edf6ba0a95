using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Application.Receipts;
using Chat.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Chat.Api.Receipts;

static class ReceiptViewEndpoints
{
    const int MaxPage = 100;

    public static void Map(IEndpointRouteBuilder conversation)
    {
        conversation.MapGet("/receipts", OfConversation).WithName("ListReceipts").WithSummary("How far each member has received and read, by user id.")
            .Refuses(404).AtLeast("receipts", "timeline");
        conversation.MapGet("/messages/{messageId:guid}/receipts", OfMessage).WithName("ListMessageReceipts")
            .WithSummary("Who has received and read a message, and when; what is older than the last 100 messages counts as read.")
            .Refuses(404).AtLeast("receipts", "timeline");
    }

    static async Task<Results<Ok<MemberReceiptPage>, ProblemHttpResult>> OfConversation(
        Guid conversationId, Caller caller, IReceiptViews receipts, CancellationToken ct, Guid? cursor = null, int limit = 50)
    {
        if (limit is < 1 or > MaxPage) return Problems.LimitOutOfRange(MaxPage);
        if (await receipts.Members(caller.User, new(conversationId), UserOf(cursor), limit + 1, ct) is not { } found) return Refusal.NoSuchConversation.ToProblem();
        var (page, more) = (found.Take(limit).ToList(), found.Count > limit);
        return TypedResults.Ok(new MemberReceiptPage([.. page.Select(MemberReceiptView.Of)], more, more ? page[^1].Member.Value : null));
    }

    static async Task<Results<Ok<MessageReceiptPage>, ProblemHttpResult>> OfMessage(
        Guid conversationId, Guid messageId, Caller caller, IReceiptViews receipts, CancellationToken ct, Guid? cursor = null, int limit = 50)
    {
        if (limit is < 1 or > MaxPage) return Problems.LimitOutOfRange(MaxPage);
        if (await receipts.Message(caller.User, new(conversationId), new(messageId), UserOf(cursor), limit + 1, ct) is not { } found) return Refusal.NoSuchMessage.ToProblem();
        var (page, more) = (found.Take(limit).ToList(), found.Count > limit);
        return TypedResults.Ok(new MessageReceiptPage([.. page.Select(MessageReceiptView.Of)], more, more ? page[^1].Member.Value : null));
    }

    static UserId? UserOf(Guid? cursor) => cursor is { } user ? new UserId(user) : null;

    sealed record MemberReceiptPage(IReadOnlyList<MemberReceiptView> Members, bool HasMore, Guid? Cursor);

    /// <summary>Sequences; -1 is nothing, or nothing that may be told.</summary>
    sealed record MemberReceiptView(Guid UserId, long Delivered, long Read, DateTimeOffset? DeliveredAt, DateTimeOffset? ReadAt)
    {
        public static MemberReceiptView Of(MemberReceipt of) => new(of.Member.Value, of.Delivered, of.Read, of.DeliveredAt, of.ReadAt);
    }

    sealed record MessageReceiptPage(IReadOnlyList<MessageReceiptView> Members, bool HasMore, Guid? Cursor);

    /// <summary>Times are absent also where they are too long ago to be known.</summary>
    sealed record MessageReceiptView(Guid UserId, bool Delivered, bool Read, DateTimeOffset? DeliveredAt, DateTimeOffset? ReadAt)
    {
        public static MessageReceiptView Of(MessageReceipt of) => new(of.Member.Value, of.Delivered, of.Read, of.DeliveredAt, of.ReadAt);
    }
}
