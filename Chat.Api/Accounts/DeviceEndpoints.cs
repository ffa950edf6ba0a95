using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Application.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Chat.Api.Accounts;

static class DeviceEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var devices = routes.MapGroup("/v1/devices").WithTags("Accounts");
        devices.MapGet("", List).WithName("ListDevices").WithSummary("The caller's devices that are logged in.").Refuses();
        devices.MapDelete("/{deviceId:guid}", Revoke).WithName("RevokeDevice").WithSummary("Logs a device out: its tokens end within seconds.").Refuses(404);
    }

    static async Task<Ok<DeviceList>> List(Caller caller, ISessions sessions, CancellationToken ct) =>
        TypedResults.Ok(new DeviceList([.. (await sessions.Of(caller.User, ct)).Select(session =>
            new Device(session.DeviceId, session.DeviceName, session.Platform, session.CreatedAt, session.LastSeenAt, session.Id == caller.Session))]));

    static async Task<Results<NoContent, ProblemHttpResult>> Revoke(Guid deviceId, Caller caller, SignIn signIn, CancellationToken ct) =>
        await signIn.RevokeDevice(caller.User, deviceId, ct) ? TypedResults.NoContent() : AccountRefusals.NoSuchDevice.ToProblem();

    sealed record DeviceList(IReadOnlyList<Device> Devices);

    sealed record Device(Guid Id, string Name, string Platform, DateTimeOffset LoggedInAt, DateTimeOffset LastSeenAt, bool Current);
}
