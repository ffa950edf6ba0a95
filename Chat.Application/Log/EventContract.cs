using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Domain.Receipts;
using Chat.Domain.Users;

namespace Chat.Application.Log;

/// <summary>
/// The stored event contract: which name stands for which record, and which of its texts are personal. Names are written down
/// here and never derived. Additive change: an optional property. Breaking change: a v2 and an upcaster from v1.
/// Every version ever written has a golden file in tests/Chat.Tests.Contract/golden.
/// </summary>
public sealed class EventContract
{
    public static readonly EventContract Current = new(new Table()
        .Writes("conversation-started.v1", Json.ConversationStarted, (e, map) => e.Name is { } name ? e with { Name = map(name) } : e)
        .Writes("conversation-renamed.v1", Json.ConversationRenamed, (e, map) => e with { Name = map(e.Name) })
        .Writes("member-added.v1", Json.MemberAdded)
        .Writes("member-removed.v1", Json.MemberRemoved)
        .Writes("member-left.v1", Json.MemberLeft)
        .Writes("member-role-changed.v1", Json.MemberRoleChanged)
        .Writes("member-banned.v1", Json.MemberBanned)
        .Writes("member-unbanned.v1", Json.MemberUnbanned)
        .Writes("member-muted.v1", Json.MemberMuted)
        .Writes("member-unmuted.v1", Json.MemberUnmuted)
        .Writes("message-sent.v1", Json.MessageSent, (e, map) => e with
        {
            Body = new(map(e.Body.Text)),
            Attachments = e.Attachments?.Select(file => file with { Name = map(file.Name) }).ToList(),
        })
        .Writes("message-edited.v1", Json.MessageEdited, (e, map) => e with { Body = new(map(e.Body.Text)) })
        .Writes("message-deleted.v1", Json.MessageDeleted)
        .Writes("link-previewed.v1", Json.LinkPreviewed, (e, map) => e with
        {
            Preview = new(
                map(e.Preview.Link), map(e.Preview.Title), e.Preview.Description is { } description ? map(description) : null,
                e.Preview.Site is { } site ? map(site) : null),
        })
        .Writes("reaction-added.v1", Json.ReactionAdded)
        .Writes("reaction-removed.v1", Json.ReactionRemoved)
        .Writes("message-pinned.v1", Json.MessagePinned)
        .Writes("message-unpinned.v1", Json.MessageUnpinned)
        .Writes("user-registered.v1", Json.UserRegistered,
            (e, map) => e with { Username = map(e.Username), DisplayName = map(e.DisplayName) })
        .Writes("profile-changed.v1", Json.ProfileChanged, (e, map) => e with { DisplayName = map(e.DisplayName) })
        .Writes("user-blocked.v1", Json.UserBlocked)
        .Writes("user-unblocked.v1", Json.UserUnblocked)
        .Writes("inbox-preference-changed.v1", Json.InboxPreferenceChanged)
        .Writes("read-receipts-changed.v1", Json.ReadReceiptsChanged)
        .Writes(UserErasedName, Json.UserErased)
        .Writes("messages-delivered.v1", Json.MessagesDelivered)
        .Writes("messages-read.v1", Json.MessagesRead)
        .Writes("marked-unread.v1", Json.MarkedUnread));

    /// <summary>What concerns every stream that a user has written to, and is read as such before it is opened.</summary>
    public const string UserErasedName = "user-erased.v1";

    static EventJson Json => EventJson.Default;

    readonly FrozenDictionary<string, Entry> byName;
    readonly FrozenDictionary<Type, Entry> byRecord;

    EventContract(Table table)
    {
        byName = table.Readers.ToFrozenDictionary(StringComparer.Ordinal);
        byRecord = table.Writers.ToFrozenDictionary();
    }

    /// <summary>Every stored name this build can read.</summary>
    public IEnumerable<string> Names => byName.Keys;

    internal Entry Of(object @event) => byRecord.TryGetValue(@event.GetType(), out var entry)
        ? entry
        : throw new InvalidOperationException($"{@event.GetType().Name} has no stored name; write one down in {nameof(EventContract)}.");

    internal Entry Of(string storedName) => byName.TryGetValue(storedName, out var entry) ? entry : throw new UnknownEventException(storedName);

    /// <summary>How one stored name is written and read. <c>Transform</c> maps every personal text of an event, to seal or to open it.</summary>
    internal sealed record Entry(
        string Name,
        Func<object, byte[]> Serialize,
        Func<ReadOnlyMemory<byte>, object> Deserialize,
        Func<object, UserId> Owner,
        Func<object, Func<string, string>, object>? Transform);

    sealed class Table
    {
        public Dictionary<string, Entry> Readers { get; } = [];
        public Dictionary<Type, Entry> Writers { get; } = [];

        /// <param name="personal">Maps every personal text of the event, to seal or to open it.</param>
        public Table Writes<T>(string name, JsonTypeInfo<T> json, Func<T, Func<string, string>, T>? personal = null) where T : notnull
        {
            var entry = new Entry(
                name,
                @event => JsonSerializer.SerializeToUtf8Bytes((T)@event, json),
                data => JsonSerializer.Deserialize(data.Span, json) ?? throw new JsonException($"{name} holds null."),
                OwnerOf,
                personal is null ? null : (@event, map) => personal((T)@event, map));
            Readers.Add(name, entry);
            Writers.Add(typeof(T), entry);
            return this;
        }

        static UserId OwnerOf(object @event) => @event switch
        {
            ConversationEvent e => e.By,
            UserEvent e => e.By,
            ReceiptEvent e => e.By,
            _ => throw new InvalidOperationException($"{@event.GetType().Name} belongs to nobody."),
        };
    }
}

/// <summary>The log holds an event that this build cannot read: stop, never skip.</summary>
public sealed class UnknownEventException(string storedName) : Exception($"This build has no reader for the event \"{storedName}\".");
