using Chat.Application.Files;
using Chat.Application.Users;
using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Application.Conversations;

public static class SendMessageHandler
{
    public static async Task<Outcome> Handle(
        SendMessage command, ConversationStreams streams, UserStreams users, IFileClaims claims, CancellationToken ct)
    {
        // kind and members of a direct conversation never change, so any known state will do
        var conversation = await streams.Read(command.Conversation, TimeSpan.MaxValue, ct);
        var barred = conversation.Kind == ConversationKind.Direct && conversation.OtherThan(command.By) is { } other
            ? await users.Between(command.By, other, ct)
            : null;
        var send = barred is null ? command : command with { Barred = barred };
        return send.Files.Count == 0 || Attachable.Check(send.Files) is not null
            ? await streams.Transact(send, ct)
            : await WithFiles(send, streams, claims, ct);
    }

    // A fault between claim and answer leaves the claim standing: what became of the message is unknown, and its repeat finds the files.
    static async Task<Outcome> WithFiles(SendMessage send, ConversationStreams streams, IFileClaims claims, CancellationToken ct)
    {
        var claim = FileClaim.Of(send);
        switch (await claims.Claim(claim, ct))
        {
            case ClaimResult.Refused refused:
                return await streams.Transact(send with { NotClaimed = refused.Why }, ct);
            case ClaimResult.Claimed claimed:
                var outcome = await streams.Transact(send with { Attachments = claimed.Attachments }, ct);
                if (outcome is Outcome.Refused) await claims.Release(claim, CancellationToken.None);
                return outcome;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }
}
