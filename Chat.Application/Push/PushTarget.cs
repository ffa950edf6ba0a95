using System.Buffers.Text;
using System.Security.Cryptography;
using Chat.Domain;

namespace Chat.Application.Push;

public enum PushProvider { Fcm, Apns, WebPush }

/// <summary>Where a device is reached while it is not connected. Whoever knows it can disturb its owner, so it is in no log.</summary>
public abstract record PushTarget
{
    PushTarget() { }

    public abstract PushProvider Provider { get; }

    /// <summary>The provider's token or URL: one device of one app, whoever is logged in there.</summary>
    public abstract string Address { get; }

    /// <summary>Why no provider can have given this out, or null.</summary>
    public abstract Refusal? Check();

    public sealed override string ToString() => $"{Provider} target";

    /// <param name="Token">The registration token.</param>
    public sealed record Fcm(string Token) : PushTarget
    {
        public override PushProvider Provider => PushProvider.Fcm;
        public override string Address => Token;
        public override Refusal? Check() =>
            Token.Length is > 0 and <= 4096 && Token.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or ':' or '.') ? null : PushRefusals.TokenInvalid;
    }

    /// <param name="Token">The device token in hexadecimal.</param>
    public sealed record Apns(string Token) : PushTarget
    {
        public override PushProvider Provider => PushProvider.Apns;
        public override string Address => Token;
        public override Refusal? Check() => Token.Length is >= 64 and <= 200 && Token.Length % 2 == 0 && Token.All(char.IsAsciiHexDigit) ? null : PushRefusals.TokenInvalid;
    }

    /// <summary>A browser's subscription (PushSubscription.toJSON()).</summary>
    /// <param name="Endpoint">The push service's URL for this subscription.</param>
    /// <param name="P256dh">The browser's public key: an uncompressed P-256 point in base64url.</param>
    /// <param name="Auth">The 16 secret bytes shared with the browser, in base64url.</param>
    public sealed record WebPush(string Endpoint, string P256dh, string Auth) : PushTarget
    {
        public override PushProvider Provider => PushProvider.WebPush;
        public override string Address => Endpoint;

        public override Refusal? Check() =>
            Endpoint.Length > 2048 || !Uri.TryCreate(Endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http") || uri.UserInfo.Length > 0
                ? PushRefusals.EndpointInvalid
                : IsPoint(P256dh) && Decode(Auth) is { Length: 16 } ? null : PushRefusals.KeysInvalid;

        static bool IsPoint(string text)
        {
            if (Decode(text) is not { Length: 65 } point || point[0] != 4) return false;
            try
            {
                ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = { X = point[1..33], Y = point[33..] } }).Dispose();
                return true;
            }
            catch (CryptographicException)
            {
                return false; // not on the curve
            }
        }

        static byte[]? Decode(string text) => text.Length <= 128 && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;
    }
}
