using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Domain.Receipts;
using Microsoft.AspNetCore.Http.HttpResults;
using Wolverine;

namespace Chat.Api.Receipts;

/// <summary>What the caller's device holds, what the caller has read, and who else has.</summary>
static class ReceiptEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapReceipts()
        {
            var conversation = routes.MapGroup("/v1/conversations/{conversationId:guid}").WithTags("Receipts");
            conversation.MapPut("/delivered", Acknowledge).WithName("AcknowledgeMessages").WithSummary("The caller's device holds everything up to a sequence.").Refuses(404, 422);
            conversation.MapPut("/read", Read).WithName("ReadMessages").WithSummary("The caller has seen everything up to a sequence.").Refuses(404, 422);
            conversation.MapPut("/unread", Unread).WithName("MarkUnread")
                .WithSummary("Shows the conversation as unread to the caller, until they read in it again; from a message on, or as it is.").Refuses(404, 422);
            ReceiptViewEndpoints.Map(conversation);
        }
    }

    static Task<Results<Ok<Done>, ProblemHttpResult>> Acknowledge(Guid conversationId, UpToRequest request, Caller caller, IMessageBus bus, CancellationToken ct) =>
        bus.Do(new AdvanceReceipt { Conversation = new(conversationId), By = caller.User, Device = caller.Device, Delivered = request.UpTo }, ct);

    static Task<Results<Ok<Done>, ProblemHttpResult>> Read(Guid conversationId, UpToRequest request, Caller caller, IMessageBus bus, CancellationToken ct) =>
        bus.Do(new AdvanceReceipt { Conversation = new(conversationId), By = caller.User, Device = caller.Device, Read = request.UpTo }, ct);

    static Task<Results<Ok<Done>, ProblemHttpResult>> Unread(Guid conversationId, UnreadRequest request, Caller caller, IMessageBus bus, CancellationToken ct) =>
        bus.Do(new MarkUnread { Conversation = new(conversationId), By = caller.User, Device = caller.Device, From = request.From }, ct);

    /// <param name="UpTo">A sequence of the conversation; everything before it is meant, too.</param>
    sealed record UpToRequest(long UpTo);

    /// <param name="From">The first message that counts as unread again; none for the mark alone.</param>
    sealed record UnreadRequest(long? From = null);
}
