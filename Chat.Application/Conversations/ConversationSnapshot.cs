using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Chat.Application.Log;
using Chat.Application.Streams;
using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Application.Conversations;

/// <summary>A conversation's state as it is kept between loads. Count <see cref="Schema"/> up with every change here or in the state's meaning.</summary>
sealed record ConversationSnapshot(
    long Revision, ulong Commit, ulong Prepare, long Lamport, DateTimeOffset Time,
    ConversationId Id, ConversationKind Kind, History History, long? NameHash,
    IReadOnlyList<ConversationSnapshot.MemberRow> Members, IReadOnlyList<UserId> Banned, IReadOnlyList<Pin> Pins,
    IReadOnlyList<MessageHead> Heads, long Horizon)
{
    const int Schema = 2;

    public sealed record MemberRow(UserId User, Member Member);

    public static readonly SnapshotFormat<Conversation> Format = new(
        Schema,
        Every: 1_000,
        static folded => JsonSerializer.SerializeToUtf8Bytes(Of(folded), SnapshotJson.Default.ConversationSnapshot),
        static bytes => JsonSerializer.Deserialize(bytes.Span, SnapshotJson.Default.ConversationSnapshot)!.ToFolded());

    static ConversationSnapshot Of(Folded<Conversation> folded)
    {
        var (state, messages) = (folded.State, folded.State.Messages);
        return new(
            folded.Revision, folded.Position.Commit, folded.Position.Prepare, folded.Lamport, folded.Time,
            state.Id, state.Kind, state.History, state.NameHash,
            [.. state.Members.Select(static pair => new MemberRow(pair.Key, pair.Value))], [.. state.Banned], state.Pins,
            [.. messages.OldestFirst], messages.Horizon);
    }

    Folded<Conversation> ToFolded() => new(
        new Conversation
        {
            Sequence = Revision,
            Id = Id,
            Kind = Kind,
            History = History,
            NameHash = NameHash,
            Members = Members.ToImmutableDictionary(static row => row.User, static row => row.Member),
            Banned = [.. Banned],
            Pins = [.. Pins],
            Messages = RecentMessages.Of(Heads, Horizon),
        },
        Revision, new LogPosition(Commit, Prepare), Lamport, Time);
}

[JsonSourceGenerationOptions(
    UseStringEnumConverter = true,
    Converters = [
        typeof(UserIdJson), typeof(DeviceIdJson), typeof(MessageIdJson), typeof(ClientMessageIdJson), typeof(ConversationIdJson),
    ])]
[JsonSerializable(typeof(ConversationSnapshot))]
sealed partial class SnapshotJson : JsonSerializerContext;
