using Chat.Api.Auth;
using Chat.Application.Conversations;
using Chat.Application.Receipts;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Domain.Receipts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using Wolverine;

namespace Chat.Api.Live;

/// <summary>
/// The socket's commands: the same as over REST, with the same rules and codes. Every method returns a value; a refusal is no exception.
/// The server calls <c>entries</c> with a list of <see cref="LiveEntry"/>, <c>receipts</c> with a list of <see cref="Chat.Api.Receipts.LiveReceipt"/>
/// and <c>bye</c> with a <see cref="Bye"/>.
/// </summary>
[Authorize]
public sealed class ChatHub(IMessageBus bus, ReceiptBuffer receipts, Resumption resumption) : Hub
{
    public Task<Reply> Send(SendRequest request) => Do(me => new SendMessage
    {
        Conversation = new(request.ConversationId),
        By = me.User,
        Device = me.Device,
        Message = new(Guid.CreateVersion7()),
        ClientMessage = new(request.ClientMessageId),
        Body = new(request.Text),
        ReplyTo = request.ReplyTo is { } target ? new(target) : null,
        Mentions = Users(request.Mentions),
    });

    public Task<Reply> Edit(EditRequest request) => Do(me => new EditMessage
    {
        Conversation = new(request.ConversationId), By = me.User, Device = me.Device, Message = new(request.MessageId), Body = new(request.Text),
        Mentions = Users(request.Mentions), Expected = request.Version,
    });

    public Task<Reply> Delete(MessageRequest request) => Do(me => new DeleteMessage
    {
        Conversation = new(request.ConversationId), By = me.User, Device = me.Device, Message = new(request.MessageId),
    });

    public Task<Reply> React(ReactionRequest request) => Do(me => new AddReaction
    {
        Conversation = new(request.ConversationId), By = me.User, Device = me.Device, Message = new(request.MessageId), Reaction = request.Reaction,
    });

    public Task<Reply> Unreact(ReactionRequest request) => Do(me => new RemoveReaction
    {
        Conversation = new(request.ConversationId), By = me.User, Device = me.Device, Message = new(request.MessageId), Reaction = request.Reaction,
    });

    /// <summary>
    /// What was missed since the sequences the device has. It gets live entries from the moment it connected, so what is read here
    /// and what is pushed overlap and leave no gap; devices drop what they have.
    /// </summary>
    public Task<ResumeReply> Resume(ResumeRequest request) => resumption.Resume(Caller.Of(Context.User!).User, request, Context.ConnectionAborted);

    /// <summary>The same for a few conversations that a device opens.</summary>
    public Task<ResumeReply> Follow(ResumeRequest request) => Resume(request);

    /// <summary>The device holds everything up to a sequence. Taken at once and written within a moment; REST answers once it is written.</summary>
    public Task<Reply> Acknowledge(UpToRequest request) => Take(request, static (receipt, upTo) => receipt with { Delivered = upTo });

    /// <summary>The user has seen everything up to a sequence.</summary>
    public Task<Reply> Read(UpToRequest request) => Take(request, static (receipt, upTo) => receipt with { Read = upTo });

    // Typing comes with its own store.
    public Reply Typing(MessageRequest _) => NotYet;

    /// <summary>Where a message that could not be read ends up: see <see cref="StrictHubProtocol"/>.</summary>
    public Reply Malformed() => Reply.No("invalid_argument", "The arguments are not those that this method takes.");

    static Reply NotYet => Reply.No("not_implemented", "Typing is not served yet.");

    async Task<Reply> Take(UpToRequest request, Func<AdvanceReceipt, long, AdvanceReceipt> with)
    {
        var me = Caller.Of(Context.User!);
        var receipt = new AdvanceReceipt { Conversation = new(request.ConversationId), By = me.User, Device = me.Device };
        return await receipts.Take(with(receipt, request.UpTo), Context.ConnectionAborted) is { } why ? Reply.Of(why) : new() { Ok = true };
    }

    async Task<Reply> Do(Func<Caller, ConversationCommand> command) =>
        Reply.Of(await bus.InvokeAsync<Outcome>(command(Caller.Of(Context.User!)), Context.ConnectionAborted));

    static IReadOnlyList<UserId> Users(IReadOnlyList<Guid>? ids) => ids is null ? [] : [.. ids.Select(static id => new UserId(id))];
}
