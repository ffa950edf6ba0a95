using Chat.Application.Log;
using Chat.Application.Search;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Domain.Users;

namespace Chat.Projections.Search;

/// <summary>Folds a batch over the documents it changes, as they stood before.</summary>
public sealed class SearchFold(IEnumerable<SearchDocument> documents)
{
    readonly Dictionary<(ConversationId, long), SearchDocument> documents = documents.ToDictionary(static document => (document.Conversation, document.Sequence));
    readonly HashSet<UserId> erased = [];

    public IReadOnlyCollection<SearchDocument> Documents => [.. documents.Values.Select(document => erased.Contains(document.Sender) ? document.Erased() : document)];

    /// <summary>What was sent before the batch and is changed in it.</summary>
    public static HashSet<(ConversationId Conversation, long Sequence)> Changed(IEnumerable<DecodedEvent> events) =>
        [.. events.Where(static e => Changes(e.Event)).Select(static e => (StreamNames.ConversationOf(e.Stored.Stream), ((MessageChange)e.Event).MessageSequence))];

    static bool Changes(object @event) => @event is MessageEdited or MessageDeleted or MessagePinned or MessageUnpinned;

    public void Apply(DecodedEvent recorded)
    {
        if (recorded.Event is UserErased gone) erased.Add(gone.By);
        if (recorded.Event is not ConversationEvent) return;
        var (conversation, sequence) = (StreamNames.ConversationOf(recorded.Stored.Stream), recorded.Sequence);
        switch (recorded.Event)
        {
            case MessageSent e:
                var sent = new SearchDocument
                {
                    Conversation = conversation,
                    Sequence = sequence,
                    Message = e.Message,
                    Sender = e.By,
                    At = e.At,
                    Version = sequence,
                    Text = e.Body.Text,
                    Has = SearchDocument.MarksOf(e.Body.Text, e.Mentions) | SearchDocument.MarksOf(e.Attachments),
                };
                documents.TryAdd((conversation, sequence), recorded.IsErased ? sent.Erased() : sent);
                break;
            case MessageEdited e:
                Change(conversation, sequence, e, document => recorded.IsErased ? document.Erased() : document.With(e.Body.Text, e.Mentions));
                break;
            case MessageDeleted e:
                Change(conversation, sequence, e, static document => document.Erased());
                break;
            case MessagePinned e:
                Change(conversation, sequence, e, static document => document with { Pinned = true });
                break;
            case MessageUnpinned e:
                Change(conversation, sequence, e, static document => document with { Pinned = false });
                break;
        }
    }

    void Change(ConversationId conversation, long sequence, MessageChange e, Func<SearchDocument, SearchDocument> change)
    {
        // A deleted one may have no document any more, and nothing brings it back; and a batch may come twice.
        if (documents.TryGetValue((conversation, e.MessageSequence), out var document) && document is { Text: not null } && document.Version < sequence)
            documents[(conversation, e.MessageSequence)] = change(document) with { Version = sequence };
    }
}
