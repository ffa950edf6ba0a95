using System.Collections.Immutable;

namespace Chat.Domain.Receipts;

/// <summary>A user's wish to see a conversation as unread, until they read in it again.</summary>
/// <param name="From">The first message that counts as unread again; null for the mark alone.</param>
public sealed record UnreadMark(long? From);

/// <summary>How far one user has come in one conversation, on each device and over all of them.</summary>
public sealed record Watermarks
{
    public static readonly Watermarks Initial = new();

    public long Sequence { get; init; } = -1;

    /// <summary>The devices that have come furthest, at most <see cref="Limits.ReceiptDevices"/>.</summary>
    public ImmutableDictionary<DeviceId, Mark> Devices { get; init; } = ImmutableDictionary<DeviceId, Mark>.Empty;

    /// <summary>The furthest of all devices there ever were.</summary>
    public Mark User { get; init; } = Mark.None;

    public UnreadMark? Unread { get; init; }

    public Mark Of(DeviceId device) => Devices.TryGetValue(device, out var mark) ? mark : Mark.None;

    public static Watermarks Evolve(Watermarks state, Recorded<ReceiptEvent> recorded) => state.Apply(recorded.Event) with { Sequence = recorded.Sequence };

    Watermarks Apply(ReceiptEvent @event) => @event switch
    {
        MessagesDelivered e => Advance(e.Device, Mark.DeliveredUpTo(e.UpTo)),
        MessagesRead e => Advance(e.Device, Mark.ReadUpTo(e.UpTo)) with { Unread = null },
        MarkedUnread e => this with { Unread = new(e.From) },
        _ => throw new InvalidOperationException($"No rule for {@event.GetType().Name}."),
    };

    Watermarks Advance(DeviceId device, Mark mark)
    {
        var devices = Devices.SetItem(device, Of(device).Merge(mark));
        return this with { Devices = devices.Count > Limits.ReceiptDevices ? devices.Remove(Behind(devices, device)) : devices, User = User.Merge(mark) };
    }

    // A device that comes back after it fell out writes once what it had written before: harmless.
    static DeviceId Behind(ImmutableDictionary<DeviceId, Mark> devices, DeviceId present) =>
        devices.Where(pair => pair.Key != present).MinBy(static pair => (pair.Value.Delivered, pair.Value.Read, pair.Key.Value)).Key;
}
