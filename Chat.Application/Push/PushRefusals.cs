using Chat.Domain;

namespace Chat.Application.Push;

public static class PushRefusals
{
    public static readonly Refusal TargetInvalid = new("push_target_invalid", RefusalKind.Invalid, "Give exactly one of fcm, apns and webPush.");
    public static readonly Refusal TokenInvalid = new("push_token_invalid", RefusalKind.Invalid, "This is no token of this provider: FCM gives letters, digits, _ - : and dots, APNs hexadecimal digits.");
    public static readonly Refusal EndpointInvalid = new("push_endpoint_invalid", RefusalKind.Invalid, "A Web Push endpoint is the https address that the browser got from its push service.");
    public static readonly Refusal EndpointNotAllowed = new("push_endpoint_not_allowed", RefusalKind.Invalid, "This server does not send to this push service.");
    public static readonly Refusal KeysInvalid = new("push_keys_invalid", RefusalKind.Invalid, "p256dh is an uncompressed P-256 point and auth 16 bytes, both in base64url.");
}
