using Chat.Application.Log;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Domain.Receipts;
using Chat.Domain.Users;
using Chat.Infrastructure.ReadModels;

namespace Chat.Projections.Inbox;

/// <summary>Folds a batch into what changes, over the older messages it touches. Counting is left to the tables, and so is what is shown already.</summary>
public sealed class InboxFold(IEnumerable<CountedMessage> known)
{
    readonly Dictionary<(ConversationId, long), CountedMessage> changed = known.ToDictionary(static message => (message.Conversation, message.Sequence));
    readonly Dictionary<(ConversationId, long), CountedMessage> sent = [];
    readonly List<InboxStart> started = [];
    readonly Dictionary<ConversationId, InboxChange> changes = [];
    readonly Dictionary<MessageId, InboxText> texts = [];
    readonly Dictionary<(ConversationId, UserId), InboxMember> members = [];
    readonly Dictionary<(ConversationId, UserId), InboxChoice> preferences = [];
    readonly Dictionary<(ConversationId, UserId), InboxRead> reads = [];
    readonly Dictionary<UserId, LogPosition> erased = [];

    public IReadOnlyCollection<InboxStart> Started => started;
    public IReadOnlyCollection<InboxChange> Changes => changes.Values;
    public IReadOnlyCollection<InboxText> Texts => texts.Values;

    /// <summary>Those that the batch brings, as they are at its end.</summary>
    public IReadOnlyCollection<CountedMessage> Sent => sent.Values;

    /// <summary>The older ones, as they are at its end.</summary>
    public IReadOnlyCollection<CountedMessage> Changed => changed.Values;
    public IReadOnlyCollection<InboxMember> Members => members.Values;
    public IReadOnlyCollection<InboxChoice> Preferences => preferences.Values;
    public IReadOnlyCollection<InboxRead> Reads => reads.Values;

    /// <summary>Who is erased, and at which position.</summary>
    public IReadOnlyDictionary<UserId, LogPosition> Erased => erased;

    public void Apply(DecodedEvent recorded)
    {
        switch (recorded.Event)
        {
            case ConversationEvent e:
                Apply(StreamNames.ConversationOf(recorded.Stored.Stream), e, recorded);
                break;
            case InboxPreferenceChanged e:
                preferences[(e.Conversation, e.By)] = new(e.Conversation, e.By, e.Preference, recorded.Position);
                break;
            case UserErased e:
                erased[e.By] = recorded.Position;
                break;
            case MessagesRead e:
                Read(e, recorded, read => read with { UpTo = Math.Max(read.UpTo, e.UpTo), Unread = null });
                break;
            case MarkedUnread e:
                Read(e, recorded, read => read with { Unread = new(e.From) });
                break;
        }
    }

    void Apply(ConversationId conversation, ConversationEvent @event, DecodedEvent recorded)
    {
        var (sequence, position) = (recorded.Sequence, recorded.Position);
        switch (@event)
        {
            case ConversationStarted e:
                started.Add(new(conversation, e.Kind, e.History == History.Shared));
                Show(conversation, position, shown => shown with { Name = e.Name, NamedBy = e.By, Lamport = recorded.Metadata.Lamport });
                break;
            case ConversationRenamed e:
                Show(conversation, position, shown => shown with { Name = e.Name, NamedBy = e.By });
                break;
            case MemberAdded e:
                members[(conversation, e.Member)] = new(conversation, e.Member, sequence, null, position);
                break;
            case MemberRemoved e:
                End(conversation, e.Member, sequence, position);
                break;
            case MemberBanned e:
                End(conversation, e.Member, sequence, position);
                break;
            case MemberLeft e:
                End(conversation, e.By, sequence, position);
                break;
            case MessageSent e:
                sent[(conversation, sequence)] = new(conversation, sequence, e.By, e.Mentions, false);
                Show(conversation, position, shown => shown with
                {
                    Last = new(e.Message, sequence, e.By, e.At, e.Body.Text, MessageTypes.Of(e.Attachments)),
                    Lamport = recorded.Metadata.Lamport,
                });
                break;
            case MessageEdited e:
                Count(conversation, e, message => message with { Mentions = e.Mentions });
                Reword(conversation, position, e.Message, e.Body.Text);
                break;
            case MessageDeleted e:
                Count(conversation, e, message => message with { Deleted = true });
                Reword(conversation, position, e.Message, null);
                break;
        }
    }

    void Read(ReceiptEvent e, DecodedEvent recorded, Func<InboxRead, InboxRead> change)
    {
        var key = (Conversation: StreamNames.ConversationOfReceipts(recorded.Stored.Stream), User: e.By);
        reads[key] = change(reads.GetValueOrDefault(key) ?? new(key.Conversation, key.User)) with { Changed = recorded.Position };
    }

    void Show(ConversationId conversation, LogPosition position, Func<InboxChange, InboxChange> change) =>
        changes[conversation] = change(changes.GetValueOrDefault(conversation) ?? new(conversation, position)) with { Changed = position };

    void Reword(ConversationId conversation, LogPosition position, MessageId message, string? text) => Show(conversation, position, shown =>
    {
        if (shown.Last?.Id == message) return shown with { Last = shown.Last with { Text = text } };
        texts[message] = new(conversation, message, text);
        return shown;
    });

    void Count(ConversationId conversation, MessageChange e, Func<CountedMessage, CountedMessage> change)
    {
        var key = (conversation, e.MessageSequence);
        var messages = changed.ContainsKey(key) ? changed : sent;
        messages[key] = change(messages[key]);
    }

    void End(ConversationId conversation, UserId user, long sequence, LogPosition position) =>
        members[(conversation, user)] = members.TryGetValue((conversation, user), out var begun)
            ? begun with { Until = sequence, Changed = position }
            : new(conversation, user, null, sequence, position);
}
