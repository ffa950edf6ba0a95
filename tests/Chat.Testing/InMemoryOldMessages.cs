using Chat.Application.Conversations;
using Chat.Application.Log;
using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Testing;

/// <summary>Finds old messages by folding their conversation from the log: slow and always right.</summary>
public sealed class InMemoryOldMessages(IEventLog log, EventCodec codec) : IOldMessages
{
    public async Task<MessageHead?> Find(ConversationId conversation, MessageId message, long horizon, CancellationToken ct)
    {
        MessageHead? head = null;
        await foreach (var stored in log.ReadStream(StreamNames.Of(conversation), 0, int.MaxValue, ct))
        {
            var decoded = await codec.Decode(stored, ct);
            head = decoded.Event switch
            {
                MessageSent e when e.Message == message => MessageHead.Of(e, decoded.Sequence),
                MessageEdited e when e.Message == message => head!.Edited(e) with { Version = decoded.Sequence },
                LinkPreviewed e when e.Message == message => head! with { Previewed = true, Version = decoded.Sequence },
                MessageDeleted e when e.Message == message => head! with { Deleted = true, Reactions = [], Version = decoded.Sequence },
                ReactionAdded e when e.Message == message => head! with { Reactions = head.Reactions.Add(new(e.By, e.Reaction)), Version = decoded.Sequence },
                ReactionRemoved e when e.Message == message => head! with { Reactions = head.Reactions.Remove(new(e.By, e.Reaction)), Version = decoded.Sequence },
                _ => head,
            };
        }
        return head;
    }

    public async Task<long?> SequenceOf(ConversationId conversation, UserId sender, ClientMessageId client, long horizon, CancellationToken ct)
    {
        await foreach (var stored in log.ReadStream(StreamNames.Of(conversation), 0, int.MaxValue, ct))
        {
            if ((await codec.Decode(stored, ct)).Event is MessageSent sent && sent.By == sender && sent.ClientMessage == client) return stored.Revision;
        }
        return null;
    }
}
