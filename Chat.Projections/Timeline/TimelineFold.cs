using Chat.Application.Log;
using Chat.Application.Timeline;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Domain.Users;
using Chat.Infrastructure.ReadModels;

namespace Chat.Projections.Timeline;

/// <summary>Folds a batch over the entries it changes and the conversations that somebody joins in it, as they stood before.</summary>
public sealed class TimelineFold(IEnumerable<TimelineEntry> entries, IEnumerable<TimelineStart> known)
{
    readonly Dictionary<(ConversationId, long), TimelineEntry> entries = entries.ToDictionary(static entry => (entry.Conversation, entry.Sequence));
    readonly Dictionary<ConversationId, bool> shared = known.ToDictionary(static start => start.Conversation, static start => start.Shared);
    readonly List<TimelineStart> started = [];
    readonly Dictionary<ConversationId, long> heads = [];
    readonly Dictionary<(ConversationId, UserId), VisibilityRow> visibility = [];
    readonly List<AttachmentRow> attachments = [];
    readonly List<(ConversationId, long)> deleted = [];
    readonly HashSet<UserId> erased = [];

    public IReadOnlyCollection<TimelineStart> Started => started;
    public IReadOnlyCollection<TimelineEntry> Entries => [.. entries.Values.Select(entry => erased.Contains(entry.By) ? entry.Erased() : entry)];
    public IReadOnlyCollection<TimelineHead> Heads => [.. heads.Select(static head => new TimelineHead(head.Key, head.Value))];
    public IReadOnlyCollection<VisibilityRow> Visibility => visibility.Values;
    public IReadOnlyCollection<AttachmentRow> Attachments => attachments;
    public IReadOnlyCollection<(ConversationId Conversation, long Sequence)> Deleted =>
        [.. deleted, .. attachments.Where(file => erased.Contains(file.Author)).Select(static file => (file.Conversation, file.Sequence))];

    public void Apply(DecodedEvent recorded)
    {
        if (recorded.Event is UserErased gone) erased.Add(gone.By);
        if (recorded.Event is not ConversationEvent @event) return;
        var (conversation, sequence) = (StreamNames.ConversationOf(recorded.Stored.Stream), recorded.Sequence);
        heads[conversation] = sequence;

        switch (@event)
        {
            case MessageSent e:
                attachments.AddRange((e.Attachments ?? []).Select(attachment => new AttachmentRow(attachment.File, conversation, sequence, e.By)));
                Add(conversation, sequence, EntryKind.Message, e, message: new()
                {
                    Id = e.Message, ClientMessage = e.ClientMessage, Text = e.Body.Text, ReplyTo = e.ReplyTo, Mentions = e.Mentions,
                    Attachments = e.Attachments ?? [],
                });
                break;
            case MessageEdited e:
                Change(conversation, sequence, e, message => message with
                {
                    Text = e.Body.Text,
                    Mentions = e.Mentions,
                    Preview = message.Text == e.Body.Text ? message.Preview : null,
                    EditedAt = e.At,
                });
                break;
            case LinkPreviewed e:
                Change(conversation, sequence, e, message => message with { Preview = recorded.IsErased ? null : e.Preview });
                break;
            case MessageDeleted e:
                deleted.Add((conversation, e.MessageSequence));
                Change(conversation, sequence, e, message => message with
                {
                    Text = null,
                    Mentions = [],
                    Reactions = [],
                    Attachments = [],
                    Preview = null,
                    DeletedAt = e.At,
                    DeletedBy = e.By,
                    Pinned = false,
                });
                break;
            case ReactionAdded e:
                Change(conversation, sequence, e, message => message with { Reactions = [.. message.Reactions, new(e.By, e.Reaction)] });
                break;
            case ReactionRemoved e:
                Change(conversation, sequence, e, message => message with { Reactions = [.. message.Reactions.Where(r => r != new Reaction(e.By, e.Reaction))] });
                break;
            // A pin changes no message, so not its version either; it is also a notice of its own.
            case MessagePinned e:
                Pin(conversation, e, pinned: true);
                Add(conversation, sequence, EntryKind.Pinned, e, notice: new(Message: e.Message));
                break;
            case MessageUnpinned e:
                Pin(conversation, e, pinned: false);
                Add(conversation, sequence, EntryKind.Unpinned, e, notice: new(Message: e.Message));
                break;
            case ConversationStarted e:
                shared[conversation] = e.History == History.Shared;
                started.Add(new(conversation, e.History == History.Shared));
                Add(conversation, sequence, EntryKind.Started, e, notice: new(Name: e.Name));
                break;
            case ConversationRenamed e:
                Add(conversation, sequence, EntryKind.Renamed, e, notice: new(Name: e.Name));
                break;
            case MemberAdded e:
                visibility[(conversation, e.Member)] = new(conversation, e.Member, shared.GetValueOrDefault(conversation) ? 0 : sequence, null);
                Add(conversation, sequence, EntryKind.MemberAdded, e, notice: new(e.Member, e.Role, e.CanPost));
                break;
            case MemberRemoved e:
                End(conversation, e.Member, sequence);
                Add(conversation, sequence, EntryKind.MemberRemoved, e, notice: new(e.Member));
                break;
            case MemberLeft e:
                End(conversation, e.By, sequence);
                Add(conversation, sequence, EntryKind.MemberLeft, e, notice: new(e.By));
                break;
            case MemberBanned e:
                End(conversation, e.Member, sequence);
                Add(conversation, sequence, EntryKind.MemberBanned, e, notice: new(e.Member));
                break;
            case MemberUnbanned e:
                Add(conversation, sequence, EntryKind.MemberUnbanned, e, notice: new(e.Member));
                break;
            case MemberRoleChanged e:
                Add(conversation, sequence, EntryKind.MemberRoleChanged, e, notice: new(e.Member, e.Role, e.CanPost));
                break;
            case MemberMuted e:
                Add(conversation, sequence, EntryKind.MemberMuted, e, notice: new(e.Member, Until: e.Until));
                break;
            case MemberUnmuted e:
                Add(conversation, sequence, EntryKind.MemberUnmuted, e, notice: new(e.Member));
                break;
            default:
                throw new InvalidOperationException($"No rule for {@event.GetType().Name}.");
        }
    }

    void Add(ConversationId conversation, long sequence, EntryKind kind, ConversationEvent e, MessageContent? message = null, NoticeContent? notice = null) =>
        entries[(conversation, sequence)] = new()
        {
            Conversation = conversation, Sequence = sequence, Kind = kind, By = e.By, At = e.At, Version = sequence, Message = message, Notice = notice,
        };

    void Change(ConversationId conversation, long sequence, MessageChange e, Func<MessageContent, MessageContent> change)
    {
        var entry = EntryOf(conversation, e);
        // applied before: a batch may come twice
        if (entry.Version < sequence) entries[(conversation, e.MessageSequence)] = entry with { Version = sequence, Message = change(entry.Message!) };
    }

    void Pin(ConversationId conversation, MessageChange e, bool pinned)
    {
        var entry = EntryOf(conversation, e);
        if (entry.Message!.DeletedAt is not null) return; // applied before: nobody pins what is deleted
        entries[(conversation, e.MessageSequence)] = entry with { Message = entry.Message with { Pinned = pinned } };
    }

    TimelineEntry EntryOf(ConversationId conversation, MessageChange e) => entries.TryGetValue((conversation, e.MessageSequence), out var entry)
        ? entry
        : throw new InvalidOperationException($"Message {e.Message} is changed, but was never sent.");

    void End(ConversationId conversation, UserId user, long sequence) =>
        visibility[(conversation, user)] = visibility.TryGetValue((conversation, user), out var begun)
            ? begun with { Until = begun.Until ?? sequence }
            : new(conversation, user, null, sequence);
}
