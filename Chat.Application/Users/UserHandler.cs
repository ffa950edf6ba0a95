using Chat.Application.Conversations;
using Chat.Domain;
using Chat.Domain.Users;

namespace Chat.Application.Users;

/// <summary>The commands of users about themselves, as Wolverine dispatches them.</summary>
public static class UserHandler
{
    public static Task<Outcome> Handle(RegisterUser command, UserStreams users, CancellationToken ct) => users.Transact(command, ct);

    public static Task<Outcome> Handle(ChangeProfile command, UserStreams users, CancellationToken ct) => users.Transact(command, ct);

    public static async Task<Outcome> Handle(BlockUser command, UserStreams users, CancellationToken ct) =>
        await users.Exists(command.Blocked, ct) ? await users.Transact(command, ct) : new Outcome.Refused(Refusal.NoSuchUser);

    public static Task<Outcome> Handle(UnblockUser command, UserStreams users, CancellationToken ct) => users.Transact(command, ct);

    public static Task<Outcome> Handle(ChangeReadReceipts command, UserStreams users, CancellationToken ct) => users.Transact(command, ct);

    public static async Task<Outcome> Handle(ChangeInboxPreference command, UserStreams users, ConversationStreams conversations, CancellationToken ct) =>
        (await conversations.Read(command.Conversation, TimeSpan.FromSeconds(2), ct)).Member(command.By) is not null
            ? await users.Transact(command, ct)
            : new Outcome.Refused(Refusal.NoSuchConversation);
}
