using Chat.Application.Users;
using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Application.Conversations;

/// <summary>The commands about a conversation, as Wolverine dispatches them. Most need nothing but the conversation itself.</summary>
public static class ConversationHandler
{
    public static Task<Outcome> Handle(RenameConversation command, ConversationStreams streams, CancellationToken ct) => streams.Transact(command, ct);

    public static Task<Outcome> Handle(RemoveMember command, ConversationStreams streams, CancellationToken ct) => streams.Transact(command, ct);

    public static Task<Outcome> Handle(LeaveConversation command, ConversationStreams streams, CancellationToken ct) => streams.Transact(command, ct);

    public static Task<Outcome> Handle(ChangeRole command, ConversationStreams streams, CancellationToken ct) => streams.Transact(command, ct);

    public static Task<Outcome> Handle(BanMember command, ConversationStreams streams, CancellationToken ct) => streams.Transact(command, ct);

    public static Task<Outcome> Handle(UnbanMember command, ConversationStreams streams, CancellationToken ct) => streams.Transact(command, ct);

    public static Task<Outcome> Handle(MuteMember command, ConversationStreams streams, CancellationToken ct) => streams.Transact(command, ct);

    public static Task<Outcome> Handle(UnmuteMember command, ConversationStreams streams, CancellationToken ct) => streams.Transact(command, ct);

    public static Task<Outcome> Handle(EditMessage command, ConversationStreams streams, CancellationToken ct) => streams.Transact(command, ct);

    public static Task<Outcome> Handle(DeleteMessage command, ConversationStreams streams, CancellationToken ct) => streams.Transact(command, ct);

    public static Task<Outcome> Handle(AddReaction command, ConversationStreams streams, CancellationToken ct) => streams.Transact(command, ct);

    public static Task<Outcome> Handle(RemoveReaction command, ConversationStreams streams, CancellationToken ct) => streams.Transact(command, ct);

    public static Task<Outcome> Handle(PinMessage command, ConversationStreams streams, CancellationToken ct) => streams.Transact(command, ct);

    public static Task<Outcome> Handle(UnpinMessage command, ConversationStreams streams, CancellationToken ct) => streams.Transact(command, ct);

    public static async Task<Outcome> Handle(AddMember command, ConversationStreams streams, UserStreams users, CancellationToken ct) =>
        await users.Exists(command.Member, ct) ? await streams.Transact(command, ct) : new Outcome.Refused(Refusal.NoSuchUser);
}
