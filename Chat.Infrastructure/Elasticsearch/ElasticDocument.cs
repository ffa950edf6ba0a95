using System.Text.Json.Serialization;
using Chat.Application.Search;

namespace Chat.Infrastructure.Elasticsearch;

/// <summary>
/// A message as the index holds it, always whole. A deleted one stays as an empty document: its version keeps an older one from coming back,
/// which the tombstone of a delete would do for a minute only.
/// </summary>
sealed record ElasticDocument
{
    public required Guid Conversation { get; init; }
    public required long Sequence { get; init; }
    public required Guid Message { get; init; }
    public required Guid Sender { get; init; }
    public required DateTimeOffset At { get; init; }
    public required long Version { get; init; }
    public string? Text { get; init; }
    public IReadOnlyList<string> Has { get; init; } = [];
    public bool Pinned { get; init; }
    public bool Deleted { get; init; }

    public static string IdOf(Guid conversation, long sequence) => $"{conversation:N}-{sequence}";

    public static ElasticDocument Of(SearchDocument document) => new()
    {
        Conversation = document.Conversation.Value,
        Sequence = document.Sequence,
        Message = document.Message.Value,
        Sender = document.Sender.Value,
        At = document.At,
        Version = document.Version,
        Text = document.Text,
        Has = [.. NamesOf(document.Has)],
        Pinned = document.Pinned,
        Deleted = document.Text is null,
    };

    public SearchDocument ToDocument() => new()
    {
        Conversation = new(Conversation),
        Sequence = Sequence,
        Message = new(Message),
        Sender = new(Sender),
        At = At,
        Version = Version,
        Text = Text,
        Has = Has.Aggregate(SearchMarks.None, static (marks, name) => marks | Enum.Parse<SearchMarks>(name, ignoreCase: true)),
        Pinned = Pinned,
    };

    public static IEnumerable<string> NamesOf(SearchMarks marks) =>
        Enum.GetValues<SearchMarks>().Where(mark => mark is not SearchMarks.None && marks.HasFlag(mark)).Select(static mark => $"{mark}".ToLowerInvariant());
}

/// <summary>The first line of each pair in a _bulk.</summary>
sealed record ElasticAction(ElasticAction.Target Index)
{
    public sealed record Target(
        [property: JsonPropertyName("_id")] string Id, [property: JsonPropertyName("version")] long Version, [property: JsonPropertyName("version_type")] string VersionType);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ElasticDocument))]
[JsonSerializable(typeof(ElasticAction))]
sealed partial class ElasticJson : JsonSerializerContext;
