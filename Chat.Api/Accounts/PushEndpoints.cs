using Chat.Api.Auth;
using Chat.Api.Http;
using Chat.Application.Accounts;
using Chat.Application.Push;
using Chat.Domain;
using Chat.Infrastructure.Push;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Chat.Api.Accounts;

/// <summary>Where a device is reached while it is not connected.</summary>
static class PushEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var push = routes.MapGroup("/v1").WithTags("Accounts");
        push.MapGet("/push", Providers).WithName("PushProviders").WithSummary("The push providers that this server uses, and the key that browsers subscribe with.").Refuses();
        push.MapPut("/devices/{deviceId:guid}/push", Put).WithName("SetPushTarget").WithSummary("Sets where a device of the caller's is pushed to, until it logs out.").Refuses(404, 422);
        push.MapDelete("/devices/{deviceId:guid}/push", Delete).WithName("RemovePushTarget").WithSummary("Ends pushes to a device of the caller's.").Refuses(404);
    }

    static Ok<ProvidersView> Providers(IEnumerable<IPushSender> senders)
    {
        var used = senders.ToDictionary(static sender => sender.Provider);
        return TypedResults.Ok(new ProvidersView(
            used.ContainsKey(PushProvider.Fcm), used.ContainsKey(PushProvider.Apns), (used.GetValueOrDefault(PushProvider.WebPush) as WebPushSender)?.PublicKey));
    }

    static async Task<Results<NoContent, ProblemHttpResult>> Put(
        Guid deviceId, PushRequest request, Caller caller, ISessions sessions, IPushTargets targets, IOptions<WebPushOptions> webPush, CancellationToken ct)
    {
        if (request.Target is not { } target) return PushRefusals.TargetInvalid.ToProblem();
        if (target.Check() is { } why) return why.ToProblem();
        if (target is PushTarget.WebPush browser && !webPush.Value.Allows(new(browser.Endpoint))) return PushRefusals.EndpointNotAllowed.ToProblem();
        if (await Session(caller.User, deviceId, sessions, ct) is not { } session) return AccountRefusals.NoSuchDevice.ToProblem();
        await targets.Put(new(session.Id, caller.User, deviceId, target), ct);
        return TypedResults.NoContent();
    }

    static async Task<Results<NoContent, ProblemHttpResult>> Delete(Guid deviceId, Caller caller, ISessions sessions, IPushTargets targets, CancellationToken ct)
    {
        if (await Session(caller.User, deviceId, sessions, ct) is not { } session) return AccountRefusals.NoSuchDevice.ToProblem();
        await targets.Remove([session.Id], ct);
        return TypedResults.NoContent();
    }

    static async Task<Session?> Session(UserId user, Guid device, ISessions sessions, CancellationToken ct) =>
        (await sessions.Of(user, ct)).FirstOrDefault(session => session.DeviceId == device);

    /// <param name="WebPush">The key to subscribe with (applicationServerKey) in base64url; absent where Web Push is off.</param>
    sealed record ProvidersView(bool Fcm, bool Apns, string? WebPush);

    /// <summary>Exactly one of the three.</summary>
    sealed record PushRequest(TokenRequest? Fcm = null, TokenRequest? Apns = null, SubscriptionRequest? WebPush = null)
    {
        public PushTarget? Target => (Fcm, Apns, WebPush) switch
        {
            ({ } fcm, null, null) => new PushTarget.Fcm(fcm.Token),
            (null, { } apns, null) => new PushTarget.Apns(apns.Token),
            (null, null, { } web) => new PushTarget.WebPush(web.Endpoint, web.Keys.P256dh, web.Keys.Auth),
            _ => null,
        };
    }

    /// <param name="Token">FCM's registration token, or the APNs device token in hexadecimal.</param>
    sealed record TokenRequest(string Token);

    /// <summary>A browser's PushSubscription, as its toJSON() gives it.</summary>
    sealed record SubscriptionRequest(string Endpoint, KeysRequest Keys, double? ExpirationTime = null);

    sealed record KeysRequest(string P256dh, string Auth);
}
