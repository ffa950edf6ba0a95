using System.Text.Json;
using System.Text.Json.Serialization;
using Chat.Domain;
using Chat.Domain.Conversations;
using Chat.Domain.Receipts;
using Chat.Domain.Users;

namespace Chat.Application.Log;

/// <summary>JSON of stored events and their metadata: camelCase, enums as strings, ids as plain UUIDs, required means required.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    IgnoreReadOnlyProperties = true, // what is computed is not stored: a hash of a sealed text would give it away
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [
        typeof(UserIdJson), typeof(DeviceIdJson), typeof(MessageIdJson), typeof(ClientMessageIdJson), typeof(ConversationIdJson),
        typeof(FileIdJson),
    ])]
[JsonSerializable(typeof(EventMetadata))]
[JsonSerializable(typeof(ConversationStarted))]
[JsonSerializable(typeof(ConversationRenamed))]
[JsonSerializable(typeof(MemberAdded))]
[JsonSerializable(typeof(MemberRemoved))]
[JsonSerializable(typeof(MemberLeft))]
[JsonSerializable(typeof(MemberRoleChanged))]
[JsonSerializable(typeof(MemberBanned))]
[JsonSerializable(typeof(MemberUnbanned))]
[JsonSerializable(typeof(MemberMuted))]
[JsonSerializable(typeof(MemberUnmuted))]
[JsonSerializable(typeof(MessageSent))]
[JsonSerializable(typeof(MessageEdited))]
[JsonSerializable(typeof(MessageDeleted))]
[JsonSerializable(typeof(LinkPreviewed))]
[JsonSerializable(typeof(ReactionAdded))]
[JsonSerializable(typeof(ReactionRemoved))]
[JsonSerializable(typeof(MessagePinned))]
[JsonSerializable(typeof(MessageUnpinned))]
[JsonSerializable(typeof(UserRegistered))]
[JsonSerializable(typeof(ProfileChanged))]
[JsonSerializable(typeof(UserBlocked))]
[JsonSerializable(typeof(UserUnblocked))]
[JsonSerializable(typeof(InboxPreferenceChanged))]
[JsonSerializable(typeof(ReadReceiptsChanged))]
[JsonSerializable(typeof(UserErased))]
[JsonSerializable(typeof(MessagesDelivered))]
[JsonSerializable(typeof(MessagesRead))]
[JsonSerializable(typeof(MarkedUnread))]
sealed partial class EventJson : JsonSerializerContext;

public abstract class GuidIdJson<T>(Func<Guid, T> create, Func<T, Guid> value) : JsonConverter<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => create(reader.GetGuid());

    public override void Write(Utf8JsonWriter writer, T id, JsonSerializerOptions options) => writer.WriteStringValue(value(id));
}

public sealed class FileIdJson() : GuidIdJson<FileId>(static value => new(value), static id => id.Value);

public sealed class UserIdJson() : GuidIdJson<UserId>(static value => new(value), static id => id.Value);

public sealed class DeviceIdJson() : GuidIdJson<DeviceId>(static value => new(value), static id => id.Value);

public sealed class MessageIdJson() : GuidIdJson<MessageId>(static value => new(value), static id => id.Value);

public sealed class ClientMessageIdJson() : GuidIdJson<ClientMessageId>(static value => new(value), static id => id.Value);

public sealed class ConversationIdJson() : GuidIdJson<ConversationId>(static value => new(value), static id => id.Value);
