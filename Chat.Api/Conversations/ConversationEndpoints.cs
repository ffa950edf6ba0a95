using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Application.Conversations;
using Chat.Application.Directory;
using Chat.Domain;
using Chat.Domain.Conversations;
using Microsoft.AspNetCore.Http.HttpResults;
using Wolverine;

namespace Chat.Api.Conversations;

/// <summary>Start, read, rename.</summary>
static class ConversationEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapConversations()
        {
            var conversations = routes.MapGroup("/v1/conversations").WithTags("Conversations");
            conversations.MapPost("", Start).WithName("StartConversation")
                .WithSummary("Starts a group or channel, or opens the direct conversation of a pair. A repeat answers 200 with the first.").Refuses(403, 404, 409, 422);
            conversations.MapGet("/{conversationId:guid}", Get).WithName("GetConversation").WithSummary("One conversation of the caller's.").Refuses(404).AtLeast("directory");
            conversations.MapPatch("/{conversationId:guid}", Rename).WithName("RenameConversation").WithSummary("Renames a group or channel.").Refuses(403, 404, 422);
            MemberEndpoints.Map(conversations);
            ModerationEndpoints.Map(conversations);
        }
    }

    static async Task<Results<Created<Started>, Ok<Started>, ProblemHttpResult>> Start(StartRequest request, Caller caller, IMessageBus bus, CancellationToken ct)
    {
        if (request.Members.Count > Rules.Default.ChannelMembers) return Problems.Of(422, "too_many_members", "These are too many members to start with.", "members");
        if (IdOf(request, caller.User) is not { } id) return Problems.Of(422, "client_conversation_id_required", "A group or channel needs a clientConversationId.", "clientConversationId");
        var command = new StartConversation
        {
            By = caller.User,
            Device = caller.Device,
            Conversation = id,
            Kind = request.Kind,
            Name = request.Name,
            History = request.History,
            Members = [.. request.Members.Select(static member => new UserId(member))],
        };
        return await bus.InvokeAsync<Outcome>(command, ct) switch
        {
            Outcome.Done { Receipt: { Repeated: true } receipt } => TypedResults.Ok(Started.Of(id, receipt)),
            Outcome.Done done => TypedResults.Created($"/v1/conversations/{id}", Started.Of(id, done.Receipt)),
            Outcome.Refused refused => refused.Why.ToProblem(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    // The members of a direct conversation are its name; with a wrong number of them the decision says no, whatever the id.
    static ConversationId? IdOf(StartRequest request, UserId starter) =>
        request.Kind == ConversationKind.Direct ? ConversationId.Direct(starter, new(request.Members.FirstOrDefault(member => member != starter.Value)))
        : request.ClientConversationId is { } key ? ConversationId.StartedBy(starter, key)
        : null;

    static async Task<Results<Ok<ConversationView>, ProblemHttpResult>> Get(Guid conversationId, Caller caller, IDirectoryReader directory, CancellationToken ct) =>
        await directory.Conversation(caller.User, new(conversationId), ct) is { } conversation
            ? TypedResults.Ok(ConversationView.Of(conversation))
            : Refusal.NoSuchConversation.ToProblem();

    static Task<Results<Ok<Done>, ProblemHttpResult>> Rename(Guid conversationId, RenameRequest request, Caller caller, IMessageBus bus, CancellationToken ct) =>
        bus.Do(new RenameConversation { By = caller.User, Device = caller.Device, Conversation = new(conversationId), Name = request.Name }, ct);

    /// <param name="Members">Whom to add from the start, beside the caller; exactly the other one for a direct conversation.</param>
    /// <param name="History">What later members see of the time before them; sinceJoined for groups and shared for channels when left out.</param>
    /// <param name="ClientConversationId">The caller's own name for the conversation, which makes a repeat harmless; required but for a direct one.</param>
    sealed record StartRequest(
        ConversationKind Kind, IReadOnlyList<Guid> Members, string? Name = null, History? History = null, Guid? ClientConversationId = null);

    sealed record RenameRequest(string Name);

    sealed record Started(Guid Id, long Sequence, string Position, bool Repeated)
    {
        public static Started Of(ConversationId id, Receipt receipt) => new(id.Value, receipt.Sequence, receipt.Position.ToString(), receipt.Repeated);
    }

    sealed record ConversationView(
        Guid Id, ConversationKind Kind, History History, string? Name, int Members, Role MyRole, bool CanPost, DateTimeOffset StartedAt, Guid StartedBy)
    {
        public static ConversationView Of(ConversationProfile of) =>
            new(of.Id.Value, of.Kind, of.History, of.Name, of.Members, of.MyRole, of.CanPost, of.StartedAt, of.StartedBy.Value);
    }
}
