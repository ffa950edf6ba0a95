using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Chat.Application.Log;
using Chat.Application.Streams;
using Chat.Domain;
using Chat.Domain.Receipts;

namespace Chat.Application.Receipts;

/// <summary>A user's watermarks as they are kept between loads. Count the schema up with every change here or in the state's meaning.</summary>
sealed record WatermarksSnapshot(
    long Revision, ulong Commit, ulong Prepare, long Lamport, DateTimeOffset Time, Mark User, UnreadMark? Unread, IReadOnlyList<WatermarksSnapshot.DeviceRow> Devices)
{
    public sealed record DeviceRow(DeviceId Device, Mark Mark);

    public static readonly SnapshotFormat<Watermarks> Format = new(
        Schema: 1,
        Every: 200,
        static folded => JsonSerializer.SerializeToUtf8Bytes(Of(folded), WatermarksJson.Default.WatermarksSnapshot),
        static bytes => JsonSerializer.Deserialize(bytes.Span, WatermarksJson.Default.WatermarksSnapshot)!.ToFolded());

    static WatermarksSnapshot Of(Folded<Watermarks> folded) => new(
        folded.Revision, folded.Position.Commit, folded.Position.Prepare, folded.Lamport, folded.Time, folded.State.User, folded.State.Unread,
        [.. folded.State.Devices.Select(static pair => new DeviceRow(pair.Key, pair.Value))]);

    Folded<Watermarks> ToFolded() => new(
        new Watermarks
        {
            Sequence = Revision, User = User, Unread = Unread, Devices = Devices.ToImmutableDictionary(static row => row.Device, static row => row.Mark),
        },
        Revision, new LogPosition(Commit, Prepare), Lamport, Time);
}

[JsonSourceGenerationOptions(Converters = [typeof(DeviceIdJson)])]
[JsonSerializable(typeof(WatermarksSnapshot))]
sealed partial class WatermarksJson : JsonSerializerContext;
