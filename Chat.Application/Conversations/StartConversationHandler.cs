using Chat.Application.Users;
using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Application.Conversations;

public static class StartConversationHandler
{
    public static async Task<Outcome> Handle(StartConversation command, ConversationStreams streams, UserStreams users, CancellationToken ct)
    {
        foreach (var member in command.Members.Distinct())
        {
            if (!await users.Exists(member, ct)) return new Outcome.Refused(Refusal.NoSuchUser);
        }
        var blocked = command.Kind == ConversationKind.Direct && command.Members is [var other] && await users.Blocked(command.By, other, ct);
        return blocked ? new Outcome.Refused(Refusal.Blocked) : await streams.Transact(command, ct);
    }
}
