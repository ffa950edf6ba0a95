using System.Text.Json.Serialization;
using Chat.Application.Conversations;
using Chat.Domain;
using MessagePack;

namespace Chat.Api.Live;

/// <summary>The answer to every hub method: what a command came to, or the same stable code that REST would give.</summary>
[MessagePackObject]
public sealed record Reply
{
    [Key("ok"), JsonPropertyName("ok")]
    public bool Ok { get; init; }

    [Key("code"), JsonPropertyName("code")]
    public string? Code { get; init; }

    [Key("detail"), JsonPropertyName("detail")]
    public string? Detail { get; init; }

    [Key("retryAfterMs"), JsonPropertyName("retryAfterMs")]
    public int? RetryAfterMs { get; init; }

    [Key("messageId"), JsonPropertyName("messageId")]
    public string? MessageId { get; init; }

    [Key("sequence"), JsonPropertyName("sequence")]
    public long? Sequence { get; init; }

    [Key("position"), JsonPropertyName("position")]
    public string? Position { get; init; }

    /// <summary>True when this had been done before and nothing was written now.</summary>
    [Key("repeated"), JsonPropertyName("repeated")]
    public bool? Repeated { get; init; }

    public static Reply Of(Outcome outcome) => outcome switch
    {
        Outcome.Done(var receipt) => new()
        {
            Ok = true, MessageId = receipt.Message?.ToString(), Sequence = receipt.Sequence, Position = receipt.Position.ToString(), Repeated = receipt.Repeated,
        },
        Outcome.Refused(var why) => Of(why),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static Reply Of(Refusal why) => No(why.Code, why.Detail);

    public static Reply No(string code, string detail, int? retryAfterMs = null) => new() { Code = code, Detail = detail, RetryAfterMs = retryAfterMs };
}
