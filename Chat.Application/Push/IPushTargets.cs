using Chat.Domain;

namespace Chat.Application.Push;

/// <summary>A logged-in device that wants to be told while it is away.</summary>
public sealed record PushDevice(Guid Session, UserId User, Guid Device, PushTarget Target);

public interface IPushTargets
{
    /// <summary>Sets a session's target. Another session that had the same address loses it: the device has changed hands.</summary>
    Task Put(PushDevice device, CancellationToken ct);

    Task Remove(IReadOnlyCollection<Guid> sessions, CancellationToken ct);

    Task Remove(UserId user, CancellationToken ct);

    Task<PushDevice?> Find(Guid session, CancellationToken ct);

    Task<IReadOnlyList<PushDevice>> Of(IReadOnlyCollection<UserId> users, CancellationToken ct);
}
