using Chat.Application.Users;
using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Application.Conversations;

public static class SendMessageHandler
{
    public static async Task<Outcome> Handle(SendMessage command, ConversationStreams streams, UserStreams users, CancellationToken ct)
    {
        // kind and members of a direct conversation never change, so any known state will do
        var conversation = await streams.Read(command.Conversation, TimeSpan.MaxValue, ct);
        var barred = conversation.Kind == ConversationKind.Direct
            && conversation.Members.Keys.FirstOrDefault(member => member != command.By) is var other && other != default
            ? await users.Between(command.By, other, ct)
            : null;
        return await streams.Transact(barred is null ? command : command with { Barred = barred }, ct);
    }
}
