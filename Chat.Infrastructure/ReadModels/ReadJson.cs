using System.Text.Json.Serialization;
using Chat.Application.Log;
using Chat.Application.Timeline;

namespace Chat.Infrastructure.ReadModels;

/// <summary>JSON inside read tables; may change with any rebuild.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [
        typeof(UserIdJson), typeof(DeviceIdJson), typeof(MessageIdJson), typeof(ClientMessageIdJson), typeof(ConversationIdJson),
        typeof(FileIdJson),
    ])]
[JsonSerializable(typeof(MessageContent))]
[JsonSerializable(typeof(NoticeContent))]
sealed partial class ReadJson : JsonSerializerContext;
