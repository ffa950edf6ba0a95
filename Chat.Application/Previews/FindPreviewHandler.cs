using Chat.Application.Conversations;
using Chat.Application.Log;
using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Application.Previews;

public static class FindPreviewHandler
{
    /// <summary>What is refused by now (the message says something else, is deleted, its sender has left) is not wanted any more, and no fault.</summary>
    public static async Task Handle(FindPreview command, IEventLog log, EventCodec codec, ILinkReader links, ConversationStreams streams, CancellationToken ct)
    {
        await foreach (var stored in log.ReadStream(StreamNames.Of(command.Conversation), command.Said, 1, ct))
        {
            if (Said((await codec.Decode(stored, ct)).Event) is not var (message, by, body) || Links.First(body.Text) is not { } link) return;
            if (await links.Read(link, ct) is not { } preview) return;
            await streams.Transact(
                new PreviewLink { Conversation = command.Conversation, By = by, Message = message, Text = body.Hash, Said = command.Said, Preview = preview }, ct);
        }
    }

    static (MessageId Message, UserId By, MessageBody Body)? Said(object @event) => @event switch
    {
        MessageSent e => (e.Message, e.By, e.Body),
        MessageEdited e => (e.Message, e.By, e.Body),
        _ => null,
    };
}
