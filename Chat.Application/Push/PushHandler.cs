namespace Chat.Application.Push;

/// <summary>Pushes on their way, as Wolverine dispatches them; what is thrown here, it tries again or lays aside.</summary>
public static class PushHandler
{
    public static async Task<IEnumerable<object>> Handle(NotifyMembers command, PushDelivery delivery, CancellationToken ct) =>
        await delivery.Devices(command.News, command.Members, ct);

    public static Task Handle(PushToDevice command, PushDelivery delivery, CancellationToken ct) => delivery.Send(command, ct);
}
