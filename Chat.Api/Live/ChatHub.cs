using Chat.Api.Auth;
using Chat.Api.Presence;
using Chat.Application.Conversations;
using Chat.Domain;
using Chat.Domain.Conversations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using Wolverine;

namespace Chat.Api.Live;

/// <summary>
/// The socket's commands: the same as over REST, with the same rules and codes. Every method returns a value; a refusal is no exception.
/// The server calls <c>entries</c> with a list of <see cref="LiveEntry"/>, <c>heartbeat</c> with a <see cref="Heartbeat"/>, <c>bye</c> with a
/// <see cref="Bye"/>, and what is kept nowhere: <c>presence</c> with a list of <see cref="PresenceView"/>, <c>typing</c> with a <see cref="TypingView"/>.
/// </summary>
[Authorize]
public sealed class ChatHub(IMessageBus bus, Resumption resumption, PresenceBeat beat, PresenceWatch watch, Typists typists) : Hub
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

    /// <summary>Whom this device looks at, instead of whom it looked at before; how they are now.</summary>
    public Task<WatchReply> Watch(WatchRequest request) => watch.Watch(Live, request, Context.ConnectionAborted);

    /// <summary>The user is writing, or has stopped; to be repeated every three seconds while it lasts.</summary>
    public async Task<Reply> Typing(TypingRequest request) =>
        await typists.Tell(Caller.Of(Context.User!).User, new(request.ConversationId), request.Active ?? true, Context.ConnectionAborted) is { } why ? Reply.Of(why) : new() { Ok = true };

    // Receipts come with their own streams.
    public Reply Acknowledge(MessageRequest _) => NotYet;

    public Reply Read(MessageRequest _) => NotYet;

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

    static Reply NotYet => Reply.No("not_implemented", "Receipts are not served yet.");

    LiveConnection Live => (LiveConnection)Context.Items[typeof(LiveConnection)]!;

    async Task<Reply> Do(Func<Caller, ConversationCommand> command) =>
        Reply.Of(await bus.InvokeAsync<Outcome>(command(Caller.Of(Context.User!)), Context.ConnectionAborted));

    static IReadOnlyList<UserId> Users(IReadOnlyList<Guid>? ids) => ids is null ? [] : [.. ids.Select(static id => new UserId(id))];
}
