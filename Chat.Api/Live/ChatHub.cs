using Chat.Api.Auth;
using Chat.Api.Presence;
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
/// The server calls <c>entries</c> with a list of <see cref="LiveEntry"/>, <c>receipts</c> with a list of <see cref="Chat.Api.Receipts.LiveReceipt"/>,
/// <c>heartbeat</c> with a <see cref="Heartbeat"/>, <c>bye</c> with a <see cref="Bye"/>, and what is kept nowhere: <c>presence</c> with a list of
/// <see cref="PresenceView"/>, <c>typing</c> with a <see cref="TypingView"/>.
/// </summary>
[Authorize]
public sealed class ChatHub(
    IMessageBus bus, ReceiptBuffer receipts, Resumption resumption, PresenceBeat beat, PresenceWatch watch, Typists typists) : Hub
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
        Files = [.. (request.Attachments ?? []).Select(static file => new FileId(file))],
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
    public Task<ResumeReply> Resume(ResumeRequest request) => resumption.Resume(Live.Caller.User, request, Context.ConnectionAborted);

    /// <summary>The same for a few conversations that a device opens.</summary>
    public Task<ResumeReply> Follow(ResumeRequest request) => Resume(request);

    /// <summary>Whom this device looks at, instead of whom it looked at before; how they are now.</summary>
    public Task<WatchReply> Watch(WatchRequest request) => watch.Watch(Live, request, Context.ConnectionAborted);

    /// <summary>The user is writing, or has stopped; to be repeated every three seconds while it lasts.</summary>
    public async Task<Reply> Typing(TypingRequest request) =>
        Taken(await typists.Tell(Live.Caller.User, new(request.ConversationId), request.Active ?? true, Context.ConnectionAborted));

    /// <summary>The device holds everything up to a sequence. Taken at once and written within a moment; REST answers once it is written.</summary>
    public Task<Reply> Acknowledge(UpToRequest request) => Take(request, static (receipt, upTo) => receipt with { Delivered = upTo });

    /// <summary>The user has seen everything up to a sequence.</summary>
    public Task<Reply> Read(UpToRequest request) => Take(request, static (receipt, upTo) => receipt with { Read = upTo });

    /// <summary>Where a message that could not be read ends up: see <see cref="StrictHubProtocol"/>.</summary>
    public Reply Malformed() => Reply.No("invalid_argument", "The arguments are not those that this method takes.");

    public override Task OnConnectedAsync()
    {
        beat.Look(Live.Caller);
        return Task.CompletedTask;
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        beat.Look(Live.Caller);
        watch.Forget(Live);
        return Task.CompletedTask;
    }

    LiveConnection Live => (LiveConnection)Context.Items[typeof(LiveConnection)]!;

    async Task<Reply> Take(UpToRequest request, Func<AdvanceReceipt, long, AdvanceReceipt> with)
    {
        var me = Live.Caller;
        var receipt = new AdvanceReceipt { Conversation = new(request.ConversationId), By = me.User, Device = me.Device };
        return Taken(await receipts.Take(with(receipt, request.UpTo), Context.ConnectionAborted));
    }

    static Reply Taken(Refusal? why) => why is null ? new() { Ok = true } : Reply.Of(why);

    async Task<Reply> Do(Func<Caller, ConversationCommand> command) =>
        Reply.Of(await bus.InvokeAsync<Outcome>(command(Live.Caller), Context.ConnectionAborted));

    static IReadOnlyList<UserId> Users(IReadOnlyList<Guid>? ids) => ids is null ? [] : [.. ids.Select(static id => new UserId(id))];
}
