using Chat.Application.Accounts;
using Chat.Application.Presence;
using Chat.Domain;

namespace Chat.Application.Push;

/// <summary>
/// The last steps of a push. Each decides again: by now the message may be read or deleted, the member gone, the device back.
/// </summary>
public sealed class PushDelivery(
    IRecipientsReader recipients, IPushTargets targets, ISessions sessions, ISessionRegistry registry, PushWording wording, IEnumerable<IPushSender> senders)
{
    readonly Dictionary<PushProvider, IPushSender> senders = senders.ToDictionary(static sender => sender.Provider);

    /// <summary>The devices that are to be told still.</summary>
    public async Task<IReadOnlyList<PushToDevice>> Devices(PushNews news, IReadOnlyCollection<UserId> among, CancellationToken ct)
    {
        var concerned = (await recipients.Of([news.Conversation], among, news.Position, ct)).Where(news.Concerns).ToDictionary(static member => member.User);
        if (concerned.Count == 0) return [];
        var devices = await targets.Of(concerned.Keys, ct);
        var connected = await registry.ConnectedDevices([.. concerned.Keys.Select(static user => user.Value)], ct);
        return [.. devices.Where(device => !news.IsShown(concerned[device.User], connected.Contains(device.Device))).Select(device => new PushToDevice(news, device.User, device.Session))];
    }

    /// <exception cref="PushDelayedException">Try again later.</exception>
    /// <exception cref="PushRefusedException">Trying again is of no use.</exception>
    public async Task Send(PushToDevice push, CancellationToken ct)
    {
        if (await targets.Find(push.Session, ct) is not { } device || !senders.TryGetValue(device.Target.Provider, out var sender)) return;
        if ((await sessions.Revoked([push.Session], ct)).Count > 0)
        {
            await targets.Remove([push.Session], ct);
            return;
        }
        if (!(await Devices(push.News, [push.User], ct)).Contains(push)) return;
        if (await wording.Of(push.News, push.User, ct) is not { } notification) return;

        switch (await sender.Send(device.Target, notification, ct))
        {
            case PushResult.Gone:
                await targets.Remove([push.Session], ct);
                break;
            case PushResult.Later later:
                throw new PushDelayedException(later.After, later.Why);
            case PushResult.Refused refused:
                throw new PushRefusedException(refused.Why);
        }
    }
}
