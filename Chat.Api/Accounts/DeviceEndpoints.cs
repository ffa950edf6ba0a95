using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Application.Accounts;
using Chat.Application.Receipts;
using Chat.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Chat.Api.Accounts;

static class DeviceEndpoints
{
    const int MaxPage = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var devices = routes.MapGroup("/v1/devices").WithTags("Accounts");
        devices.MapGet("", List).WithName("ListDevices").WithSummary("The caller's devices that are logged in.").Refuses().AtLeast("receipts", "inbox");
        devices.MapGet("/{deviceId:guid}/receipts", Receipts).WithName("ListDeviceReceipts")
            .WithSummary("How far one of the caller's devices has come in each conversation.").Refuses(404).AtLeast("receipts");
        devices.MapDelete("/{deviceId:guid}", Revoke).WithName("RevokeDevice").WithSummary("Logs a device out: its tokens end within seconds.").Refuses(404);
    }

    static async Task<Ok<DeviceList>> List(Caller caller, ISessions sessions, IReceiptViews receipts, CancellationToken ct)
    {
        var devices = await sessions.Of(caller.User, ct);
        var last = await receipts.Devices(caller.User, ct);
        var pending = await receipts.Pending(caller.User, [.. devices.Select(static session => new DeviceId(session.DeviceId)).Distinct()], ct);
        return TypedResults.Ok(new DeviceList(
            [.. devices.Select(session => Device.Of(
                session, last.GetValueOrDefault(new(session.DeviceId)), pending.Devices.GetValueOrDefault(new(session.DeviceId)), current: session.Id == caller.Session))],
            pending.User));
    }

    static async Task<Results<Ok<DeviceReceiptPage>, ProblemHttpResult>> Receipts(
        Guid deviceId, Caller caller, ISessions sessions, IReceiptViews receipts, CancellationToken ct, Guid? cursor = null, int limit = 50)
    {
        if (limit is < 1 or > MaxPage) return Problems.LimitOutOfRange(MaxPage);
        if ((await sessions.Of(caller.User, ct)).All(session => session.DeviceId != deviceId)) return AccountRefusals.NoSuchDevice.ToProblem();
        var found = await receipts.Device(caller.User, new(deviceId), cursor is { } after ? new ConversationId(after) : null, limit + 1, ct);
        var (page, more) = (found.Take(limit).ToList(), found.Count > limit);
        return TypedResults.Ok(new DeviceReceiptPage([.. page.Select(DeviceReceipt.Of)], more, more ? page[^1].Conversation.Value : null));
    }

    static async Task<Results<NoContent, ProblemHttpResult>> Revoke(Guid deviceId, Caller caller, SignIn signIn, CancellationToken ct) =>
        await signIn.RevokeDevice(caller.User, deviceId, ct) ? TypedResults.NoContent() : AccountRefusals.NoSuchDevice.ToProblem();

    /// <param name="Pending">Messages of others that none of the caller's devices has acknowledged; counted up to 1,000 in each conversation.</param>
    sealed record DeviceList(IReadOnlyList<Device> Devices, long Pending);

    /// <param name="LastDeliveredAt">When it last told that it holds something new, in any conversation.</param>
    /// <param name="Pending">Messages of others that it has not acknowledged.</param>
    sealed record Device(
        Guid Id, string Name, string Platform, DateTimeOffset LoggedInAt, DateTimeOffset LastSeenAt, DateTimeOffset? LastDeliveredAt, DateTimeOffset? LastReadAt,
        long Pending, bool Current)
    {
        public static Device Of(Session session, LastReceipts? last, long pending, bool current) => new(
            session.DeviceId, session.DeviceName, session.Platform, session.CreatedAt, session.LastSeenAt, last?.DeliveredAt, last?.ReadAt, pending, current);
    }

    sealed record DeviceReceiptPage(IReadOnlyList<DeviceReceipt> Conversations, bool HasMore, Guid? Cursor);

    /// <summary>Sequences up to which the device holds, and the user has read on it, a conversation; -1 is nothing.</summary>
    sealed record DeviceReceipt(Guid ConversationId, long Delivered, long Read, DateTimeOffset? DeliveredAt, DateTimeOffset? ReadAt)
    {
        public static DeviceReceipt Of(DevicePlace of) => new(of.Conversation.Value, of.Delivered, of.Read, of.DeliveredAt, of.ReadAt);
    }
}
