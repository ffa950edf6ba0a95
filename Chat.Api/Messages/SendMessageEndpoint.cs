using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Application.Conversations;
using Chat.Domain;
using Chat.Domain.Conversations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wolverine;

namespace Chat.Api.Messages;

static class SendMessageEndpoint
{
    public static void Map(IEndpointRouteBuilder messages) => messages.MapPost("", Send).WithName("SendMessage")
        .WithSummary("Sends a message. A repeat with the same clientMessageId answers 200 with the first.").Refuses(403, 404, 409, 413, 422);

    static async Task<Results<Created<Sent>, Ok<Sent>, ProblemHttpResult>> Send(
        Guid conversationId, SendRequest request, Caller caller, IMessageBus bus, CancellationToken ct)
    {
        var command = new SendMessage
        {
            By = caller.User,
            Device = caller.Device,
            Conversation = new(conversationId),
            Message = new(Guid.CreateVersion7()),
            ClientMessage = new(request.ClientMessageId),
            Body = new(request.Text),
            ReplyTo = request.ReplyTo is { } target ? new MessageId(target) : null,
            Mentions = [.. (request.Mentions ?? []).Select(static user => new UserId(user))],
            Files = [.. (request.Attachments ?? []).Select(static file => new FileId(file))],
        };
        return await bus.InvokeAsync<Outcome>(command, ct) switch
        {
            Outcome.Done { Receipt: { Repeated: true } receipt } => TypedResults.Ok(Sent.Of(receipt)),
            Outcome.Done done => TypedResults.Created($"/v1/conversations/{conversationId}/messages/{done.Receipt.Message}", Sent.Of(done.Receipt)),
            Outcome.Refused refused => refused.Why.ToProblem(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <param name="ClientMessageId">The sender's own name for the message, which makes a repeat harmless, for ever.</param>
    /// <param name="Text">At most 8 KiB of UTF-8 and 4,000 graphemes, one of them visible; may be empty where there are attachments.</param>
    /// <param name="Attachments">Files of the sender's that are ready and in no other message, at most 10.</param>
    sealed record SendRequest(
        Guid ClientMessageId, string Text, Guid? ReplyTo = null, IReadOnlyList<Guid>? Mentions = null, IReadOnlyList<Guid>? Attachments = null);

    sealed record Sent(Guid Id, long Sequence, string Position, DateTimeOffset At, bool Repeated)
    {
        public static Sent Of(Receipt receipt) => new(receipt.Message!.Value.Value, receipt.Sequence, receipt.Position.ToString(), receipt.At, receipt.Repeated);
    }
}
